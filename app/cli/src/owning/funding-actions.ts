import { amountsOf, finalizeAsset, fundAsset, isPermitted, refundShares } from '@commonwire/sdk/assets';
import { time } from '@commonwire/sdk/core';
import { UsageError } from '@commonwire/sdk/node';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { openShares, openTokens, streamAt, watch } from './accounts';
import { defineAssetAction, type Request } from './asset-action';
import { assetStep } from './next-step';
import { shareCount } from './options';

/** What funders and anybody else can do until an asset's funding has ended, in the order of the help. */
export const fundingActions: readonly Action[] = [
  defineAssetAction({
    name: 'fund',
    usage: '(--shares N | --total N)',
    summary:
      'buys N shares, or as many as are left; with --total as many as the wallet lacks to N, so it can be run again safely',
    options: { shares: shareCount.optional(), total: shareCount.optional() },
    plan: async (request) => {
      const { facts, holdings, signer, payer } = request;
      const { asset } = facts;
      const show = amountsOf(facts);
      const wanted = wantedShares(request);
      if (wanted <= 0n)
        return { steps: [], done: `${signer} holds ${show.shares(holdings.shares.amount)}`, watched: [] };
      if (asset.compliance && !isPermitted(holdings.permit, facts.now))
        throw new CliError(
          'not-permitted',
          `${signer} has no valid permit: ${assetStep('not-permitted', facts)}`,
        );
      const left = asset.terms.maxShares - asset.sold;
      const shares = wanted < left ? wanted : left;
      const cost = shares * asset.terms.price;
      requireTokens(request, cost, show.shares(shares));
      return {
        steps: [
          {
            instructions: [
              ...openShares(facts, holdings, payer),
              fundAsset({ asset, funder: signer, shares: wanted }),
            ],
          },
        ],
        watched: [watch.tokens(facts, holdings), watch.shares(holdings), watch.escrow(facts)],
        next: [
          shares === left
            ? `All shares are sold: anybody ends funding now with commonwire asset finalize --asset ${asset.address}`
            : `Funding ends at ${time(asset.terms.deadline)} or when all shares are sold. Below ${show.shares(asset.terms.minShares)} it fails, and you get everything back.`,
        ],
      };
    },
  }),
  defineAssetAction({
    name: 'finalize',
    usage: '',
    summary: 'ends funding at the deadline or when all shares are sold; anybody may',
    options: {},
    plan: async ({ facts }) => {
      const { asset } = facts;
      const { minShares } = asset.terms;
      if (asset.state !== 'funding') return { steps: [], done: `the asset is ${asset.state}`, watched: [] };
      const isEnough = asset.sold >= minShares;
      return {
        steps: [
          {
            instructions: [finalizeAsset(asset)],
          },
        ],
        watched: [],
        next: [
          isEnough
            ? 'Holders can stake now: commonwire asset stake'
            : 'Holders get everything back: commonwire asset refund',
        ],
      };
    },
  }),
  defineAssetAction({
    name: 'refund',
    usage: '',
    summary: 'pays back all shares of the wallet in full, once the asset has missed its goal',
    options: {},
    plan: async ({ facts, holdings, signer, payer }) => {
      const { asset } = facts;
      const { amount: shares } = holdings.shares;
      if (asset.state === 'failed' && shares === 0n)
        return { steps: [], done: `${signer} holds no shares of this asset`, watched: [] };
      const account = holdings.tokens[0]!;
      return {
        steps: [
          {
            instructions: [
              ...openTokens(facts, 0, { payer, owner: signer, account }),
              refundShares({ asset, holder: signer }),
            ],
          },
        ],
        watched: [watch.shares(holdings), watch.tokens(facts, holdings), watch.escrow(facts)],
      };
    },
  }),
];

/** How many shares to buy. @throws UsageError */
function wantedShares({
  holdings,
  values,
}: Request<{ shares?: bigint | undefined; total?: bigint | undefined }>) {
  const { shares, total } = values;
  if ((shares === undefined) === (total === undefined))
    throw new UsageError('name either --shares or --total');
  return shares ?? total! - holdings.shares.amount;
}

/** Requires that the wallet can pay: the token program's own refusal says little. @throws CliError `not-enough` */
function requireTokens({ facts, holdings, signer }: Request<unknown>, cost: bigint, what: string): void {
  const show = amountsOf(facts);
  const { amount } = holdings.tokens[0]!;
  if (amount >= cost) return;
  throw new CliError(
    'not-enough',
    `${signer} has ${show.tokens(amount)} of ${streamAt(facts, 0).mint}, but ${what} cost ${show.tokens(cost)}`,
  );
}
