import { retireAssetDevice } from '@commonwire/sdk/assets';
import { deviceIndex, networkAddress, oracleUrl } from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import type { Action } from '../governing/action';
import { HandoverError } from '../handover/error';
import { examine } from '../handover/hand-over';
import { defineAssetAction } from './asset-action';

/** What concerns the devices that an asset owns. */
export const deviceActions: readonly Action[] = [
  defineAssetAction({
    name: 'retire-device',
    usage: '--network ADDRESS --oracle URL --device INDEX',
    summary: 'the authority retires a device of the asset for ever; what it has earned stays with the asset',
    options: { network: networkAddress, oracle: oracleUrl, device: deviceIndex },
    role: ({ asset }) => ({ name: 'authority', address: asset.authority }),
    plan: async ({ connection, facts, payer, values }) => {
      const { asset } = facts;
      const { network, device: index } = values;
      const oracle = new OracleClient(values.oracle);
      let found: Awaited<ReturnType<typeof examine>>;
      try {
        found = await examine({ connection, oracle, network, index });
      } catch (error) {
        if (!(error instanceof HandoverError) || error.code !== 'retired') throw error;
        return { steps: [], done: error.message, watched: [] };
      }
      const owner = new PublicKey(found.entry.owner);
      if (!owner.equals(asset.address))
        throw new HandoverError(
          'not-owner',
          `device ${index} belongs to ${owner}, not to asset ${asset.address}: only its owner can retire it`,
        );
      const leaf = { index, owner, earned: found.entry.earned, proof: found.tree.proveRun(index, 1) };
      return {
        steps: [{ instructions: [retireAssetDevice({ asset, network, payer, leaf })] }],
        watched: [],
      };
    },
  }),
];
