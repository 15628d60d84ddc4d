import {
  type AssetFacts,
  amountsOf,
  announceTranche,
  holdingIn,
  objectionsEnd,
  objectTranche,
  openClawBack,
  payTranche,
  redeemShares,
  stakedShares,
  tokensOf,
  trancheState,
  unstakeShares,
} from '@commonwire/sdk/assets';
import { equal, fromHex, sha256, time } from '@commonwire/sdk/core';
import { readBytes, UsageError } from '@commonwire/sdk/node';
import { z } from 'zod';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { openShares, openTokens, streamAt, watch } from './accounts';
import { defineAssetAction } from './asset-action';
import { assetStep } from './next-step';
import { link, sha256Text, shareCount } from './options';

const tranchesOf = ({ asset }: AssetFacts) =>
  `tranche ${asset.nextTranche + 1} of ${asset.terms.tranches.length}`;

/** What happens between funding and the last tranche, in the order of the help. */
export const buildingActions: readonly Action[] = [
  defineAssetAction({
    name: 'announce',
    usage: '--evidence LINK (--file FILE | --sha256 HEX)',
    summary:
      'the authority announces the next tranche with evidence, FILE being what LINK leads to; holders then have 7 days to object',
    options: { evidence: link, file: z.string().optional(), sha256: sha256Text.optional() },
    role: ({ asset }) => ({ name: 'authority', address: asset.authority }),
    plan: async ({ facts, values }) => {
      const { asset, now } = facts;
      const evidenceHash = hashOf(values);
      const state = trancheState(asset, now);
      const { announcement } = asset;
      const same =
        announcement &&
        announcement.evidence === values.evidence &&
        equal(announcement.evidenceHash, evidenceHash);
      if (same && (state === 'announced' || state === 'payable'))
        return {
          steps: [],
          done: `${tranchesOf(facts)} is announced with this evidence and can be paid from ${time(objectionsEnd(asset))} on`,
          watched: [],
        };
      return {
        steps: [
          {
            instructions: [announceTranche({ asset, evidence: values.evidence, evidenceHash })],
          },
        ],
        watched: [],
        next: ['Holders may object for 7 days. Then anybody can pay it: commonwire asset pay'],
      };
    },
  }),
  defineAssetAction({
    name: 'object',
    usage: '',
    summary:
      'objects to the announced tranche with all shares that were staked before; they stay staked until the 7 days are over',
    options: {},
    plan: async ({ facts, holdings, signer }) => {
      const { asset } = facts;
      const { announcement } = asset;
      const { stake } = holdings;
      if (!stake)
        throw new CliError(
          'no-stake',
          `${signer} has staked no shares of this asset: ${assetStep('nothing-to-object', facts)}`,
        );
      if (announcement?.open && stake.objected === announcement.number)
        return { steps: [], done: `${signer} has objected to ${tranchesOf(facts)} already`, watched: [] };
      return {
        steps: [
          {
            instructions: [objectTranche({ asset, owner: signer })],
          },
        ],
        watched: [],
      };
    },
  }),
  defineAssetAction({
    name: 'pay',
    usage: '',
    summary: 'pays the announced tranche to the builder, 7 days after it was announced; anybody may',
    options: {},
    plan: async ({ connection, facts, payer }) => {
      const { asset } = facts;
      const { announcement, nextTranche, terms } = asset;
      if (asset.state === 'funded' && announcement && !announcement.open)
        return { steps: [], done: `tranche ${nextTranche} is paid, and no other is announced`, watched: [] };
      const { builder } = terms;
      const address = tokensOf(streamAt(facts, 0), builder);
      const account = holdingIn(address, await connection.getAccountInfo(address));
      return {
        steps: [
          {
            instructions: [...openTokens(facts, 0, { payer, owner: builder, account }), payTranche(asset)],
          },
        ],
        watched: [
          watch.escrow(facts),
          { ...watch.escrow(facts), what: "builder's tokens", account: address },
        ],
      };
    },
  }),
  defineAssetAction({
    name: 'claw-back',
    usage: '',
    summary:
      "lets holders redeem their shares for what is left: the authority at any time, anybody 90 days past a tranche's date",
    options: {},
    plan: async ({ facts, signer }) => {
      const { asset } = facts;
      if (asset.state === 'clawed-back')
        return {
          steps: [],
          done: 'the money is clawed back already: run commonwire asset redeem',
          watched: [],
        };
      return {
        steps: [
          {
            instructions: [openClawBack({ asset, caller: signer })],
          },
        ],
        watched: [],
        next: ['Holders take back their part with commonwire asset redeem'],
      };
    },
  }),
  defineAssetAction({
    name: 'redeem',
    usage: '[--shares N]',
    summary:
      'takes back the part of N shares in what was clawed back, by default of all, those that are staked included',
    options: { shares: shareCount.optional() },
    plan: async ({ facts, holdings, signer, payer, values }) => {
      const { asset } = facts;
      const show = amountsOf(facts);
      const inWallet = holdings.shares.amount;
      const held = inWallet + stakedShares(holdings.stake);
      const shares = values.shares ?? held;
      if (held === 0n && asset.state === 'clawed-back')
        return { steps: [], done: `${signer} holds no shares of this asset`, watched: [] };
      if (shares > held)
        throw new CliError('not-enough', `${signer} has ${show.shares(held)}, but --shares is ${shares}`);
      const unstaked = shares > inWallet ? shares - inWallet : 0n;
      return {
        steps: [
          {
            instructions: [
              ...(unstaked > 0n
                ? [
                    ...openShares(facts, holdings, payer),
                    unstakeShares({ asset, owner: signer, shares: unstaked }),
                  ]
                : []),
              ...openTokens(facts, 0, { payer, owner: signer, account: holdings.tokens[0]! }),
              redeemShares({ asset, holder: signer, shares }),
            ],
          },
        ],
        watched: [
          watch.shares(holdings),
          watch.staked(facts),
          watch.tokens(facts, holdings),
          watch.escrow(facts),
        ],
      };
    },
  }),
];

/** The hash of the evidence. @throws UsageError CliError `bad-file` */
function hashOf({
  file,
  sha256: hash,
}: {
  file?: string | undefined;
  sha256?: string | undefined;
}): Uint8Array {
  if ((file === undefined) === (hash === undefined)) throw new UsageError('name either --file or --sha256');
  if (hash !== undefined) return fromHex(hash);
  try {
    return sha256(readBytes(file!));
  } catch (cause) {
    throw new CliError(
      'bad-file',
      `--file: ${(cause as Error).message}; name the file that the link leads to, or give its hash with --sha256`,
      { cause },
    );
  }
}
