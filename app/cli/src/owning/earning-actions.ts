import {
  type AssetFacts,
  amountsOf,
  claimRevenue,
  closeStake,
  depositRevenue,
  type Holdings,
  isPermitted,
  readHoldings,
  stakedShares,
  stakeShares,
  sweepRevenue,
  syncPermit,
  unstakeShares,
} from '@commonwire/sdk/assets';
import { address } from '@commonwire/sdk/node';
import type { TransactionInstruction } from '@solana/web3.js';
import { solOf } from '../balances';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { openShares, openTokens, streamAt, watch } from './accounts';
import { defineAssetAction, type Request } from './asset-action';
import { assetStep } from './next-step';
import { shareCount, stream, tokenAmount, tokensText } from './options';

/** What is earned and who earns it, in the order of the help. */
export const earningActions: readonly Action[] = [
  defineAssetAction({
    name: 'revenue',
    usage: '--amount TOKENS [--stream payment|reward]',
    summary: 'deposits revenue, which the next window shares out among staked shares; anybody may',
    options: { amount: tokensText, stream: stream.prefault('payment') },
    plan: async (request) => {
      const { facts, holdings, signer, values } = request;
      const at = requireStream(facts, values.stream);
      const amount = tokenAmount('--amount', values.amount, facts.decimals[at]!);
      const show = amountsOf(facts);
      const has = holdings.tokens[at]!.amount;
      if (has < amount) {
        const of = streamAt(facts, at).mint;
        throw new CliError(
          'not-enough',
          `${signer} has ${show.tokens(has, at)} of ${of}, but --amount is ${values.amount}`,
        );
      }
      return {
        steps: [
          {
            instructions: [depositRevenue({ asset: facts.asset, stream: at, depositor: signer, amount })],
          },
        ],
        watched: [watch.tokens(facts, holdings, at), watch.vault(facts, at)],
      };
    },
  }),
  defineAssetAction({
    name: 'sweep',
    usage: '',
    summary:
      "shares out what the asset's devices earned and what else has arrived in its vaults; anybody may",
    options: {},
    plan: async ({ facts }) => {
      const { asset, vaults } = facts;
      const steps = vaults.flatMap((balance, at) => {
        const arrived = balance - streamAt(facts, at).held;
        return arrived > 0n ? [{ instructions: [sweepRevenue({ asset, stream: at })] }] : [];
      });
      return { steps, done: 'nothing has arrived in the vaults since the last time', watched: [] };
    },
  }),
  defineAssetAction({
    name: 'stake',
    usage: '[--shares N]',
    summary:
      'stakes shares, by default all: they earn from now on, and can object to tranches announced later',
    options: { shares: shareCount.optional() },
    plan: async (request) => {
      const { facts, holdings, signer, payer, values } = request;
      const { asset } = facts;
      const show = amountsOf(facts);
      const has = holdings.shares.amount;
      const shares = values.shares ?? has;
      if (has === 0n && values.shares === undefined && stakedShares(holdings.stake) > 0n)
        return {
          steps: [],
          done: `${signer} has staked ${show.shares(stakedShares(holdings.stake))}`,
          watched: [],
        };
      if (has < shares || shares === 0n)
        throw new CliError(
          'not-enough',
          `${signer} has ${show.shares(has)} of this asset in the wallet: shares are bought with commonwire asset fund, or from their holders`,
        );
      return {
        steps: [
          {
            instructions: [...thaw(request), stakeShares({ asset, owner: signer, payer, shares })],
          },
        ],
        watched: [watch.shares(holdings), watch.staked(facts)],
      };
    },
  }),
  defineAssetAction({
    name: 'unstake',
    usage: '[--shares N]',
    summary:
      'takes shares out of the stake, by default all, at once; an objection holds them until its 7 days are over',
    options: { shares: shareCount.optional() },
    plan: async ({ facts, holdings, signer, payer, values }) => {
      const show = amountsOf(facts);
      const staked = stakedShares(holdings.stake);
      const shares = values.shares ?? staked;
      if (staked === 0n)
        return { steps: [], done: `${signer} has staked no shares of this asset`, watched: [] };
      if (shares > staked)
        throw new CliError(
          'not-enough',
          `${signer} has staked ${show.shares(staked)}, but --shares is ${shares}`,
        );
      return {
        steps: [
          {
            instructions: [
              ...openShares(facts, holdings, payer),
              unstakeShares({ asset: facts.asset, owner: signer, shares }),
            ],
          },
        ],
        watched: [watch.shares(holdings), watch.staked(facts)],
      };
    },
  }),
  defineAssetAction({
    name: 'claim',
    usage: '',
    summary: 'pays what the stake has earned, of both streams',
    options: {},
    plan: async ({ facts, holdings, signer, payer }) => {
      const { asset } = facts;
      const earned = [...holdings.claimable.entries()].filter(([, amount]) => amount > 0n);
      return {
        steps: earned.map(([at]) => ({
          instructions: [
            ...openTokens(facts, at, { payer, owner: signer, account: holdings.tokens[at]! }),
            claimRevenue({ asset, stream: at, owner: signer }),
          ],
        })),
        done: unearned(facts, holdings),
        watched: earned.flatMap(([at]) => [watch.tokens(facts, holdings, at), watch.vault(facts, at)]),
      };
    },
  }),
  defineAssetAction({
    name: 'close-stake',
    usage: '[--owner ADDRESS]',
    summary: 'closes a stake without shares and income; the rent goes back to whoever paid it; anybody may',
    options: { owner: address.optional() },
    plan: async ({ connection, facts, holdings, values }) => {
      const { owner } = values;
      const of = owner ? await readHoldings(connection, facts, owner) : holdings;
      const { stake, wallet } = of;
      if (!stake) return { steps: [], done: `${wallet} has no stake in this asset`, watched: [] };
      return {
        steps: [{ instructions: [closeStake(stake)], holdings: of }],
        watched: [solOf('rent', stake.address)],
      };
    },
  }),
];

/** Why a stake has nothing to claim, and what to do. */
function unearned(facts: AssetFacts, { stake, wallet, permit }: Holdings): string {
  const { asset, now } = facts;
  if (!stake || stakedShares(stake) === 0n)
    return `${wallet} has no stake in this asset, and only staked shares earn: run commonwire asset stake`;
  if (stake.idle > 0n && stake.earning === 0n) {
    const syncing = `commonwire asset sync-permit --asset ${asset.address} --wallet ${wallet}`;
    const step = isPermitted(permit, now)
      ? `the permit is valid, so let them earn with ${syncing}`
      : `first the compliance authority ${asset.compliance} gives a permit (commonwire asset permit), which lets them earn; ${syncing} does the same once the permit is there`;
    return `the stake of ${wallet} is idle, and idle shares earn nothing: ${step}`;
  }
  return `the stake of ${wallet} has earned nothing since the last claim; ${assetStep('nothing-to-claim', facts)}`;
}

/** @throws CliError `no-stream` */
function requireStream({ asset }: AssetFacts, at: number): number {
  if (asset.revenue[at]) return at;
  throw new CliError(
    'no-stream',
    `asset ${asset.address} shares out the payment token alone: leave out --stream`,
  );
}

const earns = ({ facts: { asset, now }, holdings }: Request<unknown>): boolean =>
  !asset.compliance || isPermitted(holdings.permit, now);

/** Thaws shares, and lets idle ones earn, where a permit allows it. Without one, they are staked to object alone. */
function thaw(request: Request<unknown>): TransactionInstruction[] {
  const { facts, holdings, signer } = request;
  const { asset } = facts;
  if (!asset.compliance || !earns(request)) return [];
  const idle = holdings.stake?.idle ?? 0n;
  if (!holdings.shares.frozen && idle === 0n) return [];
  return [syncPermit({ asset, wallet: signer, staked: holdings.stake !== null })];
}
