import { time } from '@commonwire/sdk/core';
import {
  type Area,
  fetchArea,
  fetchMarketAccount,
  type MarketAccount,
  type MarketFacts,
  readMarketFacts,
} from '@commonwire/sdk/market';
import { address, clusterUrl, flag, parseOptions } from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import type { Action } from '../governing/action';
import { telling } from '../progress';
import { areaJson, marketJson, offerJson, orderJson } from './show-json';
import { areaLines, marketLines, offerLines, orderLines } from './show-lines';

const options = z.object({
  url: clusterUrl,
  address: address.meta({ operand: true }),
  json: flag,
});

/** What is shown, and what the words about it need. */
interface Shown {
  found: MarketAccount;
  facts: MarketFacts;
  /** Of a meter, or of an offer that is cleared. */
  area: Area | null;
}

/** Shows a market or anything that belongs to one. */
export const showAction: Action = {
  name: 'show',
  usage: 'ADDRESS',
  summary:
    'shows a market, area, meter, offer or order: its state, what is in escrow, owed and paid, until when, and what can be done next',
  options,
  async run(command, argv, write) {
    const { url, address: at, json } = parseOptions(command, argv, options, 'address');
    const connection = await connect(url);
    const shown = await telling(
      () => 'reading the market',
      () => read(connection, at),
    );
    if (json) write(JSON.stringify({ kind: shown.found.kind, ...jsonOf(shown) }));
    else for (const [label, value] of linesOf(shown)) write(`${label.padEnd(12)}${value}`);
  },
};

async function read(connection: Connection, at: PublicKey): Promise<Shown> {
  const found = await fetchMarketAccount(connection, at);
  const { account } = found;
  const ofArea = 'area' in account && account.area ? await fetchArea(connection, account.area) : null;
  const market = 'market' in account ? account.market : (ofArea?.market ?? at);
  return { found, area: ofArea, facts: await readMarketFacts(connection, market) };
}

function jsonOf({ found, facts, area }: Shown): object {
  switch (found.kind) {
    case 'market':
      return marketJson(facts);
    case 'area':
      return areaJson(found.account, facts);
    case 'meter':
      return {
        meter: at(found.account),
        area: found.account.area.toBase58(),
        device: found.account.device,
        admitted_at: Number(found.account.admittedAt),
        removed_at: found.account.removedAt === 0n ? null : Number(found.account.removedAt),
      };
    case 'offer':
      return offerJson(found.account, facts, area);
    case 'order':
      return orderJson(found.account, facts);
  }
}

const at = ({ address: of }: { address: PublicKey }): string => of.toBase58();

function linesOf({ found, facts, area }: Shown): [string, string][] {
  switch (found.kind) {
    case 'market':
      return marketLines(facts);
    case 'area':
      return areaLines(found.account, facts);
    case 'meter': {
      const { device, removedAt, admittedAt, payer } = found.account;
      const state = removedAt === 0n ? `admitted ${time(admittedAt)}` : `removed ${time(removedAt)}`;
      return [
        ['meter', `${at(found.account)}, device ${device} of the network`],
        ['state', state],
        ['area', `${found.account.area}`],
        ['rent', `goes back to ${payer}`],
      ];
    }
    case 'offer':
      return offerLines(found.account, facts, area);
    case 'order':
      return orderLines(found.account, facts);
  }
}
