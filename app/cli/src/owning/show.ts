import { readAssetFacts, readHoldings } from '@commonwire/sdk/assets';
import { address, clusterUrl, flag, keypairSource, parseOptions } from '@commonwire/sdk/node';
import { z } from 'zod';
import { connect } from '../connect';
import type { Action } from '../governing/action';
import { telling } from '../progress';
import { walletOf } from '../wallet';
import { holdingsJson, showJson } from './show-json';
import { holdingsLines, showLines } from './show-lines';

const options = z.object({
  url: clusterUrl,
  asset: address,
  wallet: address.optional(),
  keypair: keypairSource,
  json: flag,
});

/** Shows an asset and what a wallet has of it. */
export const showAction: Action = {
  name: 'show',
  usage: '[--wallet ADDRESS]',
  summary:
    "shows an asset's terms, money, tranches and revenue, and what the wallet has of it, by default that of --keypair",
  options,
  async run(command, argv, write) {
    const { url, asset, wallet, keypair, json } = parseOptions(command, argv, options);
    const owner = wallet ?? walletOf(keypair);
    const connection = await connect(url);
    const read = async () => {
      const facts = await readAssetFacts(connection, asset);
      return { facts, holdings: owner ? await readHoldings(connection, facts, owner) : null };
    };
    const { facts, holdings } = await telling(() => 'reading the asset', read);
    if (json) {
      write(JSON.stringify({ ...showJson(facts), holdings: holdings && holdingsJson(facts, holdings) }));
      return;
    }
    const lines = [...showLines(facts), ...(holdings ? holdingsLines(facts, holdings) : [])];
    for (const [label, value] of lines) write(`${label.padEnd(15)}${value}`);
  },
};
