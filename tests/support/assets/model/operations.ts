import {
  acceptAssetAuthority,
  announceTranche,
  claimRevenue,
  closeAsset,
  closePermit,
  closeStake,
  depositRevenue,
  finalizeAsset,
  fundAsset,
  objectTranche,
  openClawBack,
  payTranche,
  proposeAssetAuthority,
  redeemShares,
  refundShares,
  type Stake,
  setPermit,
  stakeAddress,
  stakeShares,
  sweepRevenue,
  syncPermit,
  unstakeShares,
} from '@commonwire/sdk/assets';
import { createTransferCheckedInstruction, createTransferInstruction } from '@solana/spl-token';
import type { Keypair, TransactionInstruction } from '@solana/web3.js';
import { NO_ACCOUNT, TOO_FEW_TOKENS } from '../../chain';
import type { Dice } from '../../model/dice';
import { require } from '../../model/rules';
import type { Attempt } from '../../model/steps';
import { EVIDENCE } from '../test-asset';
import type { ModelStake } from './asset-model';
import type { World } from './world';

const FROZEN = 'token-2022 program error 17';
const MANY = 2n ** 63n;

/** Too few shares, as the shares' token program says. */
const tooFewShares = ({ model }: World): string =>
  model.permits ? 'token-2022 program error 1' : TOO_FEW_TOKENS;

/** An amount around what there is. */
const amountOf = (dice: Dice, most: bigint): bigint =>
  dice.pick([most, (most + 1n) / 2n, 1n, most + 1n, 0n, most / 3n, MANY]);

/** One of the holders: key, model and place. */
function pick(world: World, dice: Dice) {
  const at = dice.nat(world.holders.length);
  return { at, key: world.holders[at]!, holder: world.model.holders[at]! };
}

/** The holder's stake, which the program needs before it looks at anything else. */
function staked(stake: ModelStake | null): ModelStake {
  require(stake !== null, NO_ACCOUNT);
  return stake;
}

const one = (
  what: string,
  instruction: TransactionInstruction,
  signers: readonly Keypair[],
  apply: () => void,
): Attempt => ({ what, instructions: [instruction], signers: [...signers], apply });

export const operations: Record<string, (world: World, dice: Dice) => Attempt> = {
  fund(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const { model, chain } = world;
    const shares = amountOf(dice, (model.terms.maxShares + 2n) / 3n);
    const built = fundAsset({ asset: world.asset(), funder: key.publicKey, shares });
    return one(`${at} funds ${shares}`, built, [key], () => model.fund(holder, chain.now, shares));
  },

  finalize(world) {
    const { model, chain } = world;
    return one('finalize', finalizeAsset(world.asset()), [], () => model.finalize(chain.now));
  },

  refund(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const built = refundShares({ asset: world.asset(), holder: key.publicKey });
    return one(`${at} is refunded`, built, [key], () => world.model.refund(holder));
  },

  announceTranche(world, dice) {
    const caller = dice.pick([world.model.authority, 2]);
    const key = world.authorities[caller]!;
    const built = announceTranche({ asset: world.asset(), ...EVIDENCE });
    built.keys[0]!.pubkey = key.publicKey;
    return one(`authority ${caller} announces`, built, [key], () =>
      world.model.announce(caller, world.chain.now),
    );
  },

  objectTranche(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const built = objectTranche({ asset: world.asset(), owner: key.publicKey });
    return one(`${at} objects`, built, [key], () =>
      world.model.object(staked(holder.stake), world.chain.now),
    );
  },

  payTranche(world) {
    const { model, chain } = world;
    const built = payTranche(world.asset());
    return one('pay the tranche', built, [], () => void model.payTranche(chain.now));
  },

  openClawBack(world, dice) {
    const caller = dice.pick([2, 2, world.model.authority]);
    const key = world.authorities[caller]!;
    const built = openClawBack({ asset: world.asset(), caller: key.publicKey });
    return one(`authority ${caller} claws back`, built, [key], () =>
      world.model.openClawBack(caller, world.chain.now),
    );
  },

  redeem(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const shares = amountOf(dice, holder.shares);
    const built = redeemShares({ asset: world.asset(), holder: key.publicKey, shares });
    return one(`${at} redeems ${shares}`, built, [key], () =>
      world.model.redeem(holder, shares, tooFewShares(world)),
    );
  },

  stakeShares(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const shares = amountOf(dice, holder.shares);
    const built = stakeShares({ asset: world.asset(), owner: key.publicKey, shares });
    return one(`${at} stakes ${shares}`, built, [key], () =>
      world.model.stake(holder, world.chain.now, shares, tooFewShares(world), FROZEN),
    );
  },

  unstakeShares(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const { stake } = holder;
    const shares = amountOf(dice, stake ? stake.earning + stake.idle : 1n);
    const thief = dice.rarely(6) ? world.holders[(at + 1) % world.holders.length]! : null;
    const built = unstakeShares({ asset: world.asset(), owner: key.publicKey, shares });
    if (thief) built.keys[0]!.pubkey = thief.publicKey;
    return one(`${at} unstakes ${shares}${thief ? ' as another' : ''}`, built, [thief ?? key], () => {
      const own = staked(stake);
      require(!thief, 'wrong-stake');
      world.model.unstake(holder, own, world.chain.now, shares);
    });
  },

  closeStake(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const { address: asset } = world;
    const stake = { address: stakeAddress({ asset, owner: key.publicKey }), asset, payer: key.publicKey };
    return one(`close the stake of ${at}`, closeStake(stake as Stake), [], () =>
      world.model.closeStake(holder, staked(holder.stake)),
    );
  },

  depositRevenue(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const stream = dice.nat(2);
    const amount = dice.pick([1_000_000n, 1n, 86_399n, 0n, 10n ** 12n]);
    const built = depositRevenue({ asset: world.asset(), stream, depositor: key.publicKey, amount });
    return one(`${at} deposits ${amount} in ${stream}`, built, [key], () =>
      world.model.deposit(holder, world.chain.now, stream, amount),
    );
  },

  /** Tokens arrive in a vault by themselves. */
  donate(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const stream = dice.nat(2);
    const amount = 1n + BigInt(dice.nat(5_000));
    const [from, to] = [world.tokenAccount(key.publicKey, stream), world.asset().revenue[stream]!.vault];
    const built = createTransferInstruction(from, to, key.publicKey, amount);
    return one(`${at} sends ${amount} to vault ${stream}`, built, [key], () => {
      holder.tokens[stream]! -= amount;
      world.model.vaults[stream]! += amount;
    });
  },

  sweep(world, dice) {
    const stream = dice.nat(2);
    const built = sweepRevenue({ asset: world.asset(), stream });
    return one(`sweep ${stream}`, built, [], () => world.model.sweep(world.chain.now, stream));
  },

  claim(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const stream = dice.nat(2);
    const thief = dice.rarely(8) ? world.holders[(at + 1) % world.holders.length]! : null;
    const built = claimRevenue({ asset: world.asset(), owner: key.publicKey, stream });
    if (thief) built.keys[0]!.pubkey = thief.publicKey;
    return one(`${at} claims of ${stream}${thief ? ' as another' : ''}`, built, [thief ?? key], () => {
      const own = staked(holder.stake);
      require(!thief, 'wrong-stake');
      world.model.claim(holder, own, world.chain.now, stream);
    });
  },

  setPermit(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const { now } = world.chain;
    const expiresAt = dice.pick([now + 8_640_000n, now + 86_400n, 1n]);
    const { publicKey: compliance } = world.compliance;
    const built = setPermit({ compliance, wallet: key.publicKey, jurisdiction: 7, expiresAt });
    return one(`permit ${at} until ${expiresAt}`, built, [world.compliance], () => {
      holder.permit = expiresAt;
    });
  },

  closePermit(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const { publicKey: compliance } = world.compliance;
    const built = closePermit({ compliance, wallet: key.publicKey, payer: compliance });
    built.keys[1]!.isSigner = true;
    // Where there is none, one is made and closed at once.
    return one(`close the permit of ${at}`, built, [world.compliance], () => {
      holder.permit = null;
    });
  },

  syncPermit(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const withStake = dice.nat(4) > 0 && holder.stake !== null;
    const asset = world.model.permits
      ? world.asset()
      : { ...world.asset(), compliance: world.compliance.publicKey };
    const built = syncPermit({ asset, wallet: key.publicKey, staked: withStake });
    return one(`sync ${at}`, built, [], () => world.model.sync(holder, world.chain.now, withStake));
  },

  transfer(world, dice) {
    const { at, key, holder } = pick(world, dice);
    const to = (at + 1 + dice.nat(world.holders.length - 1)) % world.holders.length;
    const receiver = world.model.holders[to]!;
    const { shareMint, shareProgram } = world.asset();
    const shares = amountOf(dice, holder.shares);
    const [from, target] = [world.shareAccount(at), world.shareAccount(to)];
    const sign = key.publicKey;
    const built = createTransferCheckedInstruction(
      from,
      shareMint,
      target,
      sign,
      shares,
      0,
      [],
      shareProgram,
    );
    return one(`${at} sends ${shares} to ${to}`, built, [key], () => {
      require(!holder.frozen, FROZEN);
      require(shares <= holder.shares, tooFewShares(world));
      require(!receiver.frozen, FROZEN);
      holder.shares -= shares;
      receiver.shares += shares;
    });
  },

  proposeAuthority(world, dice) {
    const caller = dice.pick([world.model.authority, 2]);
    const proposed = dice.pick([1, 0, null]);
    const newAuthority = proposed === null ? null : world.authorities[proposed]!.publicKey;
    const built = proposeAssetAuthority({ asset: world.asset(), newAuthority });
    const key = world.authorities[caller]!;
    built.keys[0]!.pubkey = key.publicKey;
    return one(`authority ${caller} proposes ${proposed}`, built, [key], () =>
      world.model.propose(caller, proposed),
    );
  },

  acceptAuthority(world, dice) {
    const caller = dice.nat(3);
    const key = world.authorities[caller]!;
    const built = acceptAssetAuthority({ asset: world.address, authority: key.publicKey });
    return one(`${caller} accepts the authority`, built, [key], () => world.model.accept(caller));
  },

  closeAsset(world, dice) {
    const caller = dice.pick([world.model.authority, world.model.authority, 2]);
    const key = world.authorities[caller]!;
    const built = closeAsset({ asset: { ...world.asset(), authority: key.publicKey } });
    return one(`authority ${caller} closes`, built, [key], () => world.model.close(caller));
  },
};
