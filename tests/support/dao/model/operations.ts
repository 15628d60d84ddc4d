import { GOVERNANCE_PROGRAM_ID } from '@commonwire/sdk/realm';
import {
  beginUnlock,
  claimIncome,
  closePosition,
  countIncome,
  LONGEST_LOCK_SECONDS,
  openPosition,
  weighAction,
  weighPool,
  weighVote,
  withdrawStake,
} from '@commonwire/sdk/stake';
import { createTransferInstruction } from '@solana/spl-token';
import { Keypair, type PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { ACCOUNT_IN_USE, NO_ACCOUNT, TOO_FEW_TOKENS } from '../../chain';
import type { Dice } from '../../model/dice';
import { require } from '../../model/rules';
import { proposalData } from '../proposal-data';
import { COOL_DOWN, type ModelPosition, type StakeAttempt, type StakeWorld } from './world';

const AMOUNTS = [10n, 1n, 7n, 1_000n, 333_333n, 0n, 2_000_000n];
const LOCKS = [0n, 1_000n, 20_000n, 63_115_200n, 126_230_400n, 126_230_401n];
const IDS = 4;

/** A position that exists, now and then one that doesn't, and who signs for it. */
function draw(world: StakeWorld, dice: Dice) {
  const known = [...world.positions.values()];
  const owner = dice.pick(world.owners);
  const id = BigInt(dice.nat(IDS));
  const position = known.length > 0 && !dice.rarely(8) ? dice.pick(known) : undefined;
  const [of, number] = position ? [position.owner, position.id] : [owner, id];
  const signer = dice.rarely(8) ? dice.pick(world.owners) : of;
  const address = world.at(of.publicKey, number);
  return { address, of, id: number, signer, position: world.positions.get(address.toBase58()) };
}

/** What is refused before an instruction looks at anything else. */
function requireOwn(position: ModelPosition | undefined, signer: Keypair): asserts position is ModelPosition {
  require(position !== undefined, NO_ACCOUNT);
  require(position.owner === signer, 'not-owner');
}

/** A voter and the positions that are named: all of the voter's that could count, or any, now and then out of order. */
function drawVoter(world: StakeWorld, dice: Dice) {
  const owner = dice.pick(world.owners);
  const all = [...world.positions.values()];
  const own = all.filter((one) => one.owner === owner && one.unlocksAt === null);
  const named = dice.rarely(4)
    ? [...all.map(({ address }) => address), world.pool].slice(0, dice.nat(all.length + 2))
    : own.map(({ address }) => address);
  const twice = dice.rarely(8) ? named.slice(0, 1) : [];
  return { owner, named: [...named, ...twice] };
}

/** What the positions weigh that an instruction names, in its order. */
function weigh(
  world: StakeWorld,
  owner: Keypair,
  named: readonly PublicKey[],
  admit: (position: ModelPosition) => void = () => {},
): bigint {
  let [weight, last] = [0n, ''];
  for (const address of named) {
    const position = world.positions.get(address.toBase58());
    require(position !== undefined, 'bad-position');
    const at = Buffer.from(address.toBytes()).toString('hex');
    require(last < at, 'positions-not-ascending');
    last = at;
    require(position.owner === owner, 'not-owner');
    require(position.unlocksAt === null, 'position-unlocking');
    admit(position);
    weight += position.weight;
  }
  return weight;
}

/** Positions that an instruction names after its accounts. */
const namedBy = ({ keys }: TransactionInstruction, accounts: number): PublicKey[] =>
  keys.slice(accounts).map(({ pubkey }) => pubkey);

type Operation = (world: StakeWorld, dice: Dice) => StakeAttempt;

/** Every instruction of the stake program but those that a world begins with, and a transfer to the vault. */
export const operations: Record<string, Operation> = {
  openPosition(world, dice) {
    const owner = dice.pick(world.owners);
    const id = BigInt(dice.nat(IDS));
    const [amount, lock] = [dice.pick(AMOUNTS), dice.pick(LOCKS)];
    const { pool, mint, chain } = world;
    const source = world.accountOf(owner.publicKey);
    const address = world.at(owner.publicKey, id);
    return {
      what: `open ${id} with ${amount} for ${lock} s`,
      instructions: [
        openPosition({ pool, mint, owner: owner.publicKey, id, source, amount, lockSeconds: Number(lock) }),
      ],
      signers: [owner],
      apply() {
        require(!world.positions.has(address.toBase58()), ACCOUNT_IN_USE);
        require(amount > 0n, 'nothing-staked');
        require(lock <= LONGEST_LOCK_SECONDS, 'lock-too-long');
        const staked = [...world.positions.values()]
          .filter((one) => one.owner === owner)
          .reduce((sum, one) => sum + one.amount, 0n);
        require(staked + amount <= 1_000_000n, TOO_FEW_TOKENS);
        world.advance();
        const longest = BigInt(LONGEST_LOCK_SECONDS);
        const weight = (amount * (longest + 3n * lock)) / longest;
        world.positions.set(address.toBase58(), {
          owner,
          id,
          address,
          amount,
          weight,
          lock,
          openedSlot: chain.slot(),
          unlocksAt: null,
          accrued: 0n,
          counted: world.stream.earned,
        });
        world.totalWeight += weight;
        world.staked += amount;
      },
    };
  },

  beginUnlock(world, dice) {
    const { of, id, signer, position } = draw(world, dice);
    const built = beginUnlock({ pool: world.pool, owner: of.publicKey, id });
    built.keys[0]!.pubkey = signer.publicKey;
    return {
      what: `unlock ${id}`,
      instructions: [built],
      signers: [signer],
      apply() {
        requireOwn(position, signer);
        require(position.unlocksAt === null, 'already-unlocking');
        world.advance();
        world.accrue(position);
        const { now } = world.chain;
        position.unlocksAt = now + (position.lock > COOL_DOWN ? position.lock : COOL_DOWN);
        world.totalWeight -= position.weight;
        world.left.push({ at: now, weight: position.weight });
        position.weight = 0n;
      },
    };
  },

  withdraw(world, dice) {
    const { of, id, signer, position } = draw(world, dice);
    const { pool, mint } = world;
    const destination = world.accountOf(of.publicKey);
    const built = withdrawStake({ pool, mint, owner: of.publicKey, id, destination });
    built.keys[0]!.pubkey = signer.publicKey;
    return {
      what: `withdraw ${id}`,
      instructions: [built],
      signers: [signer],
      apply() {
        requireOwn(position, signer);
        require(position.unlocksAt !== null, 'not-unlocking');
        require(world.chain.now >= position.unlocksAt, 'still-locked');
        require(position.amount > 0n, 'already-withdrawn');
        world.staked -= position.amount;
        position.amount = 0n;
      },
    };
  },

  closePosition(world, dice) {
    const { address, of, id, signer, position } = draw(world, dice);
    // As the program counts it: the model's own fractions are finer.
    const left = position ? world.leftOn(position) : 0n;
    const built = closePosition({ pool: world.pool, owner: of.publicKey, id });
    built.keys[0]!.pubkey = signer.publicKey;
    return {
      what: `close ${id}`,
      instructions: [built],
      signers: [signer],
      apply() {
        requireOwn(position, signer);
        require(position.amount === 0n, 'not-withdrawn');
        require(left === 0n, 'income-unclaimed');
        world.positions.delete(address.toBase58());
      },
    };
  },

  donate(world, dice) {
    const owner = dice.pick(world.owners);
    const from = world.accountOf(owner.publicKey, world.incomeMint);
    const most = world.balance(from);
    const amount = dice.pick([1_000n, 1n, 77_777n].filter((one) => one <= most).concat(0n));
    return {
      what: `pay ${amount} into the vault`,
      instructions: [createTransferInstruction(from, world.vault, owner.publicKey, amount)],
      signers: [owner],
      apply() {
        world.uncounted += amount;
      },
    };
  },

  countIncome(world) {
    const { pool, incomeMint } = world;
    return {
      what: 'count income',
      instructions: [countIncome({ pool, incomeMint })],
      signers: [],
      apply() {
        world.stream.deposit(world.chain.now, world.totalWeight, world.uncounted);
        world.uncounted = 0n;
      },
    };
  },

  claim(world, dice) {
    const { of, id, signer, position } = draw(world, dice);
    const { pool, incomeMint } = world;
    const destination = world.accountOf(of.publicKey, incomeMint);
    const built = claimIncome({ pool, incomeMint, owner: of.publicKey, id, destination });
    built.keys[0]!.pubkey = signer.publicKey;
    return {
      what: `claim ${id}`,
      instructions: [built],
      signers: [signer],
      ...(position && { claims: { account: destination, position } }),
      apply() {
        requireOwn(position, signer);
        world.advance();
        world.accrue(position);
      },
    };
  },

  weighAction(world, dice) {
    const { owner, named } = drawVoter(world, dice);
    const built = weighAction({
      pool: world.pool,
      owner: owner.publicKey,
      action: 'createProposal',
      target: world.governance,
      positions: named,
    });
    return {
      what: `weigh ${named.length} positions to propose`,
      instructions: [built],
      signers: [],
      apply() {
        const weight = weigh(world, owner, namedBy(built, 3));
        world.weights.set(owner.publicKey.toBase58(), weight);
      },
    };
  },

  /** Somebody's proposal is signed off: a vote begins in this slot. */
  beginVote(world) {
    const { chain, governance } = world;
    const { publicKey } = Keypair.generate();
    const slot = chain.slot();
    return {
      what: `vote ${world.votes.length} begins in slot ${slot}`,
      instructions: [],
      signers: [],
      apply() {
        const data = proposalData({ governance, mint: world.mint, votingSlot: slot });
        chain.write(publicKey, 1_000_000_000n, data, GOVERNANCE_PROGRAM_ID);
        const could = new Set(world.positions.keys());
        world.votes.push({ address: publicKey, since: chain.now, slot, could, cast: new Map() });
      },
    };
  },

  weighVote(world, dice) {
    const { owner, named } = drawVoter(world, dice);
    const vote = world.votes.length > 0 && !dice.rarely(12) ? dice.pick(world.votes) : undefined;
    const { pool, governance } = world;
    const proposal = vote?.address ?? governance;
    const built = weighVote({ pool, owner: owner.publicKey, proposal, governance, positions: named });
    return {
      what: `weigh ${named.length} positions for vote ${vote ? world.votes.indexOf(vote) : 'none'}`,
      instructions: [built],
      signers: [],
      apply() {
        require(vote !== undefined, 'bad-proposal');
        const weight = weigh(world, owner, namedBy(built, 4), ({ openedSlot }) => {
          require(openedSlot < vote.slot, 'position-too-new');
        });
        world.weights.set(owner.publicKey.toBase58(), weight);
        // SPL Governance keeps one vote for each member and proposal.
        vote.cast.set(owner.publicKey.toBase58(), weight);
      },
    };
  },

  weighPool(world) {
    return {
      what: 'weigh the pool',
      instructions: [weighPool(world.pool)],
      signers: [],
      apply() {
        world.most = world.maxWeight;
      },
    };
  },
};
