import {
  type AssetFacts,
  acceptAssetAuthority,
  amountsOf,
  closeAsset,
  proposeAssetAuthority,
} from '@commonwire/sdk/assets';
import { requireRecipient } from '@commonwire/sdk/core';
import { address, flag } from '@commonwire/sdk/node';
import { z } from 'zod';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { openTokens, watch } from './accounts';
import { defineAssetAction } from './asset-action';

const addressOrNone = z.union([z.literal('none').transform(() => null), address], {
  error: 'is neither a base58 address nor none',
});

const authority = ({ asset }: AssetFacts) => ({ name: 'authority', address: asset.authority });

/** What else an asset's authority can do, in the order of the help. */
export const authorityActions: readonly Action[] = [
  defineAssetAction({
    name: 'propose-authority',
    usage: '--to ADDRESS|none [--allow-any-address]',
    summary: 'first step of changing the authority; none withdraws the proposal',
    options: { to: addressOrNone, 'allow-any-address': flag },
    role: authority,
    plan: async ({ connection, facts, values }) => {
      const { asset } = facts;
      const { to } = values;
      if (to && !values['allow-any-address']) {
        const kind = { option: '--to', mayBeVault: true, override: '--allow-any-address' };
        await requireRecipient(connection, to, kind);
      }
      const before = asset.proposedAuthority?.toBase58() ?? 'nobody';
      const after = to?.toBase58() ?? 'nobody';
      if (before === after) return { steps: [], done: `${after} is proposed already`, watched: [] };
      return { steps: [{ instructions: [proposeAssetAuthority({ asset, newAuthority: to })] }], watched: [] };
    },
  }),
  defineAssetAction({
    name: 'accept-authority',
    usage: '',
    summary: 'second step, taken by the proposed authority',
    options: {},
    role: ({ asset }) => {
      if (asset.proposedAuthority) return { name: 'proposed authority', address: asset.proposedAuthority };
      throw new CliError(
        'not-proposed',
        `no authority is proposed for asset ${asset.address}: its authority ${asset.authority} must first run commonwire asset propose-authority`,
      );
    },
    plan: async ({ facts, signer }) => ({
      steps: [
        {
          instructions: [acceptAssetAuthority({ asset: facts.asset.address, authority: signer })],
        },
      ],
      watched: [],
    }),
  }),
  defineAssetAction({
    name: 'close',
    usage: '--yes ASSET',
    summary:
      'the authority closes an asset of which nobody holds anything; the rent goes back to its creator',
    options: { yes: address.optional() },
    role: authority,
    plan: async ({ facts, holdings, signer, payer, values }) => {
      const { asset, escrow, vaults } = facts;
      const show = amountsOf(facts);
      if (!values.yes?.equals(asset.address))
        throw new CliError(
          'not-confirmed',
          `closing can't be undone: what nobody owns, ${show.tokens(escrow + vaults[0]!)}, goes to the authority; confirm with --yes ${asset.address}`,
        );
      const left = vaults.map((balance, at) => balance + (at === 0 ? escrow : 0n));
      const opened = left.flatMap((amount, at) =>
        amount > 0n ? openTokens(facts, at, { payer, owner: signer, account: holdings.tokens[at]! }) : [],
      );
      return {
        steps: [
          {
            instructions: [...opened, closeAsset({ asset })],
          },
        ],
        watched: left.map((_, at) => watch.tokens(facts, holdings, at)),
      };
    },
  }),
];
