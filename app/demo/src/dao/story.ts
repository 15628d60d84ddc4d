import { createDao, type DaoAddresses } from '@commonwire/cli/dao';
import { formatUnits, sendAndConfirm, TOKEN_PROGRAM_ID } from '@commonwire/sdk/core';
import { acceptAuthority, fetchNetwork, proposeAuthority, setPolicy } from '@commonwire/sdk/network';
import {
  castVeto,
  castVote,
  type Dao,
  executeAction,
  fetchProposal,
  finalizeVote,
  joinRealm,
  propose,
  takeCouncilSeat,
} from '@commonwire/sdk/realm';
import {
  fetchPool,
  fetchPosition,
  openPosition,
  openVoterWeight,
  positionAddress,
} from '@commonwire/sdk/stake';
import { createTransferInstruction } from '@solana/spl-token';
import {
  Keypair,
  LAMPORTS_PER_SOL,
  type PublicKey,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js';
import { DemoError } from '../errors';
import { DAY_SECONDS } from '../network-time';
import { type Stage, tokensOf } from '../stage';
import { DEVICE_FEE, LOCK_DAYS, NAME, PAY_DAYS, RULES, WINDOW_SECONDS } from './plan';

/** Decimals of the network's token. */
const DECIMALS = 6;
/** Every member has one position. */
const POSITION = 0n;
/** What a new wallet needs for the rents of its own records. */
const OWN_LAMPORTS = LAMPORTS_PER_SOL / 10;

/** What became of proposals, as their accounts on chain say. */
export interface DaoSummary {
  proposals: number;
  executed: number;
  vetoed: number;
}

interface Proposal {
  address: PublicKey;
  proposer: Keypair;
}

/**
 * The network's owners stake what they earned and govern it: they change its policy, and what would hand it to a stranger is
 * vetoed.
 */
export class DaoStory {
  private readonly proposals: PublicKey[] = [];

  private constructor(
    private readonly stage: Stage,
    readonly network: PublicKey,
    private readonly mint: PublicKey,
    readonly at: DaoAddresses,
    private readonly guardians: readonly Keypair[],
    /** Earn with devices, and so have tokens to stake. */
    private readonly owners: readonly Keypair[],
    /** Has earned too, and wants more. */
    private readonly attacker: Keypair,
  ) {}

  /** Makes the DAO of the network's token, and proposes its treasury as the network's authority. */
  static async found(
    stage: Stage,
    given: {
      network: PublicKey;
      mint: PublicKey;
      founder: Keypair;
      owners: readonly Keypair[];
      attacker: Keypair;
    },
  ): Promise<DaoStory> {
    const { network, mint, founder } = given;
    const guardians = [Keypair.generate(), Keypair.generate(), Keypair.generate()];
    const signer = founder.publicKey;
    const at = await createDao(
      stage.connection,
      {
        signer,
        payer: signer,
        send: (connection, instructions, options) =>
          sendAndConfirm(connection, founder, instructions, options ?? {}),
      },
      {
        name: NAME,
        mint,
        incomeMint: mint,
        incomeTokenProgram: TOKEN_PROGRAM_ID,
        rules: RULES,
        windowSeconds: WINDOW_SECONDS,
        guardians: guardians.map(({ publicKey }) => publicKey),
        development: false,
      },
      () => undefined,
    );
    const { realm, treasury, councilMint } = at;
    for (const guardian of guardians) {
      const seat = {
        payer: stage.payer.publicKey,
        realm,
        councilMint: councilMint!,
        guardian: guardian.publicKey,
      };
      await stage.send(await takeCouncilSeat(seat), [guardian]);
    }
    await stage.send(proposeAuthority({ network, authority: signer, proposed: treasury }), [founder]);
    stage.say(`realm ${realm} with ${guardians.length} guardians; its treasury is to govern the network`);
    return new DaoStory(stage, network, mint, at, guardians, given.owners, given.attacker);
  }

  /** Everything that happens. Days pass. */
  async run(): Promise<void> {
    const { stage, owners, attacker } = this;
    await stage.awaits("the owners' first pay", PAY_DAYS * DAY_SECONDS, () => this.arePaid());
    await stage.each([...owners.entries()], ([at, owner]) =>
      this.join(owner, 2n, LOCK_DAYS[at % LOCK_DAYS.length]!),
    );
    await this.join(attacker, 1n, 0);
    const { totalWeight, staked } = await fetchPool(stage.connection, this.at.pool);
    stage.say(`${owners.length + 1} owners staked ${tokens(staked)}, which weigh ${tokens(totalWeight)}`);
    await stage.nextSlot();
    const change = await this.propose(
      owners[0]!,
      'Raise the fee for registering a device',
      await this.policyChange(),
    );
    const seizure = await this.propose(attacker, 'Maintenance', [this.seizure()]);
    stage.say('proposed: a higher fee for registering devices; and to hand the network to a stranger');
    await Promise.all([this.decide(change), this.veto(seizure)]);
    await this.check(seizure);
  }

  /** What the chain says became of the proposals. */
  async summary(): Promise<DaoSummary> {
    const states = await Promise.all(
      this.proposals.map(async (address) => (await fetchProposal(this.stage.connection, address)).state),
    );
    const count = (wanted: string) => states.filter((state) => state === wanted).length;
    return { proposals: states.length, executed: count('Completed'), vetoed: count('Vetoed') };
  }

  /** Stakers vote, a stake that comes too late doesn't count, and anyone executes what was decided. */
  private async decide(proposal: Proposal): Promise<void> {
    const { stage, owners, at } = this;
    await this.flashStake(proposal);
    const weights = await Promise.all(owners.map((owner) => this.weightOf(owner)));
    const least = weights.indexOf(weights.reduce((a, b) => (a < b ? a : b)));
    await stage.each([...owners.entries()], ([voter, owner]) => this.vote(owner, proposal, voter !== least));
    const { yes, no, votingAt } = await fetchProposal(stage.connection, proposal.address);
    stage.say(`${tokens(yes)} of weight vote for the fee, ${tokens(no)} against`);
    await stage.until(votingAt! + BigInt(RULES.votingSeconds) + 1n);
    const { address, proposer } = proposal;
    await stage.send(await finalizeVote({ ...this.dao, proposal: address, proposer: proposer.publicKey }));
    const { decidedAt, actions } = await fetchProposal(stage.connection, address);
    await stage.until(decidedAt! + BigInt(RULES.holdUpSeconds) + 1n);
    for (const action of actions)
      await stage.send(await executeAction({ governance: at.governance, proposal: address, ...action }));
    stage.say(`decided and executed: registering a device costs ${DEVICE_FEE} lamports`);
  }

  /** Tokens that are staked once voting has begun are worth nothing in this vote. */
  private async flashStake(proposal: Proposal): Promise<void> {
    const { stage, mint } = this;
    const [lender, borrower] = [this.owners[0]!, Keypair.generate()];
    const from = tokensOf(mint, lender.publicKey);
    const amount = await stage.balance(from);
    await stage.open(mint, [borrower.publicKey]);
    await stage.send(
      [
        createTransferInstruction(from, tokensOf(mint, borrower.publicKey), lender.publicKey, amount),
        SystemProgram.transfer({
          fromPubkey: stage.payer.publicKey,
          toPubkey: borrower.publicKey,
          lamports: OWN_LAMPORTS,
        }),
      ],
      [lender],
    );
    await stage.nextSlot();
    await this.join(borrower, 1n, 0);
    await stage.refused('position-too-new', this.vote(borrower, proposal, true));
    stage.say(`${tokens(amount)} that were staked during the vote are refused`);
  }

  /** The guardians stop a proposal of whoever wants the network. */
  private async veto(proposal: Proposal): Promise<void> {
    const { stage, guardians, at } = this;
    await this.vote(proposal.proposer, proposal, true);
    for (const guardian of guardians.slice(0, 2)) {
      const by = { payer: stage.payer.publicKey, guardian: guardian.publicKey, councilMint: at.councilMint! };
      const against = { proposal: proposal.address, proposer: proposal.proposer.publicKey };
      await stage.send(await castVeto({ ...this.dao, ...by, ...against }), [guardian]);
    }
    stage.say('two of three guardians veto what would hand the network to a stranger');
  }

  /** @throws DemoError `dao-failed` unless the one proposal was executed and the other never can be */
  private async check({ address }: Proposal): Promise<void> {
    const { connection } = this.stage;
    const { authority, proposedAuthority, policy } = await fetchNetwork(connection, this.network);
    const { state } = await fetchProposal(connection, address);
    const isGoverned = authority.equals(this.at.treasury) && policy.deviceFee === DEVICE_FEE;
    if (isGoverned && !proposedAuthority && state === 'Vetoed') return;
    throw new DemoError(
      'dao-failed',
      `network ${this.network} has authority ${authority}, proposed ${proposedAuthority}, and a fee of ${policy.deviceFee}; the seizure is ${state}`,
    );
  }

  private get dao(): Dao {
    const { realm, governance } = this.at;
    return { realm, governance, mint: this.mint };
  }

  private async policyChange(): Promise<TransactionInstruction[]> {
    const by = { network: this.network, authority: this.at.treasury };
    const { policy } = await fetchNetwork(this.stage.connection, this.network);
    return [acceptAuthority(by), setPolicy({ ...by, policy: { ...policy, deviceFee: DEVICE_FEE } })];
  }

  private seizure(): TransactionInstruction {
    const stranger = Keypair.generate().publicKey;
    return proposeAuthority({ network: this.network, authority: this.at.treasury, proposed: stranger });
  }

  private async arePaid(): Promise<boolean> {
    const all = [...this.owners, this.attacker];
    const balances = await Promise.all(
      all.map(({ publicKey }) => this.stage.balance(tokensOf(this.mint, publicKey))),
    );
    return balances.every((balance) => balance >= RULES.proposalWeight);
  }

  /** Makes somebody a member who stakes so much of what it has. @param part one over the part */
  private async join(owner: Keypair, part: bigint, lockDays: number): Promise<void> {
    const { stage, mint, at } = this;
    const { publicKey } = owner;
    const source = tokensOf(mint, publicKey);
    const amount = (await stage.balance(source)) / part;
    const record = { realm: at.realm, mint, owner: publicKey, payer: stage.payer.publicKey };
    const position = { pool: at.pool, owner: publicKey, id: POSITION, mint, source, amount };
    await stage.send(
      [
        await joinRealm(record),
        openVoterWeight({ pool: at.pool, owner: publicKey }),
        openPosition({ ...position, lockSeconds: lockDays * DAY_SECONDS }),
      ],
      [owner],
    );
  }

  private positionOf = (owner: Keypair): PublicKey =>
    positionAddress({ pool: this.at.pool, owner: owner.publicKey, id: POSITION });

  private async weightOf({ publicKey: owner }: Keypair): Promise<bigint> {
    const at = { pool: this.at.pool, owner, id: POSITION };
    return (await fetchPosition(this.stage.connection, at)).weight;
  }

  private async propose(
    proposer: Keypair,
    name: string,
    actions: readonly TransactionInstruction[],
  ): Promise<Proposal> {
    const { proposal, instructions } = await propose({
      ...this.dao,
      owner: proposer.publicKey,
      positions: [this.positionOf(proposer)],
      payer: this.stage.payer.publicKey,
      seed: Keypair.generate().publicKey,
      name,
      link: 'https://example.org/proposal',
      actions,
      holdUpSeconds: RULES.holdUpSeconds,
    });
    await this.stage.send(instructions, [proposer]);
    this.proposals.push(proposal);
    return { address: proposal, proposer };
  }

  private async vote(voter: Keypair, { address, proposer }: Proposal, approve: boolean): Promise<void> {
    const instructions = await castVote({
      ...this.dao,
      owner: voter.publicKey,
      positions: [this.positionOf(voter)],
      payer: this.stage.payer.publicKey,
      proposal: address,
      proposer: proposer.publicKey,
      approve,
    });
    await this.stage.send(instructions, [voter]);
  }
}

const tokens = (amount: bigint): string => `${formatUnits(amount, DECIMALS, ',')} tokens`;
