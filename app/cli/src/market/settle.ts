import { count, tokens } from '@commonwire/sdk/core';
import {
  decodeOffer,
  decodeOrder,
  fetchArea,
  type MarketFacts,
  marketProgram,
  type Offer,
  type Order,
  settleUse,
  type UsageLeaf,
  type UsageProof,
} from '@commonwire/sdk/market';
import { address, oracleUrl, UsageError } from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { Action } from '../governing/action';
import { defineMarketAction, nothing } from './action';
import { readUsageTree } from './usage-file';
import { askUsage } from './usage-oracle';

/** Most accounts that a node returns at once. */
const MOST_ACCOUNTS = 100;

/** A leaf and the open account of this market that it is about. */
interface Settled<A = Order | Offer> {
  leaf: UsageLeaf;
  account: A;
}

/** Leaves of the network's current epoch, and how each is proven. */
interface Given {
  leaves: readonly UsageLeaf[];
  prove(account: PublicKey): { leaf: UsageLeaf; proof: UsageProof } | undefined;
}

const options = {
  address: address.optional().meta({ operand: true }),
  oracle: oracleUrl.optional(),
  usage: z.string().optional(),
  account: z.array(address).default([]),
};

/** Settles what the leaves of the network's current epoch say. */
export const settleAction: Action = defineMarketAction({
  name: 'settle',
  about: 'market',
  usage: 'ADDRESS --oracle URL | --market ADDRESS --usage FILE [--account ADDRESS ...]',
  summary:
    'settles an order or offer by what an oracle proves of the current epoch; or the orders and then the offers in FILE: all that are open, or the named ones; anybody may',
  options,
  operand: 'address',
  plan: async ({ connection, facts, values }) => {
    const given = values.address ? await fromOracle(values.address, facts, values) : fromFile(facts, values);
    const open = await openIn(connection, facts, given.leaves);
    const { orders, offers, paid, drawn } = await newIn(connection, open);
    if (orders.length + offers.length === 0)
      return nothing('every open order and offer is settled as far as these leaves and what was paid allow');
    const { market, decimals } = facts;
    return {
      // Orders pay first, so that their area can pay its offers.
      groups: [...orders, ...offers].map(({ leaf: { account } }) => [
        settleUse({ market, ...given.prove(account)! }),
      ]),
      effects: [
        `settles ${count(orders.length, 'order')}: ${tokens(paid, decimals)} tokens of escrow go to areas`,
        `settles ${count(offers.length, 'offer')}: ${tokens(drawn, decimals)} tokens go from areas to sellers, before the fee`,
      ],
      next: ['Sellers collect: commonwire offer collect --offer OFFER'],
    };
  },
});

/** @throws UsageError FileError CliError */
function fromFile(facts: MarketFacts, { usage, account }: { usage?: string; account: PublicKey[] }): Given {
  if (usage === undefined)
    throw new UsageError('--usage is missing: name a file of leaves, or an order or offer and --oracle');
  const tree = readUsageTree(usage, facts);
  const named = new Set(account.map(String));
  return {
    leaves: tree.leaves.filter((leaf) => named.size === 0 || named.has(leaf.account.toBase58())),
    prove: (of) => {
      const proven = tree.prove(of);
      if (!proven) return undefined;
      const { leaf, ...proof } = proven;
      return { leaf, proof };
    },
  };
}

/** @throws UsageError OracleRequestError CliError */
async function fromOracle(
  settled: PublicKey,
  facts: MarketFacts,
  { oracle, usage, account }: { oracle?: string; usage?: string; account: PublicKey[] },
): Promise<Given> {
  if (usage !== undefined || account.length > 0)
    throw new UsageError(`${settled}: is settled with --oracle, and goes without --usage and --account`);
  if (oracle === undefined)
    throw new UsageError(`--oracle is missing: it takes an oracle's address to settle ${settled}`);
  const proven = await askUsage(oracle, settled, facts);
  const found = 'leaf' in proven ? proven : undefined;
  return { leaves: found ? [found.leaf] : [], prove: () => found };
}

/** The leaves about accounts of this market that are open, with these. */
async function openIn(
  connection: Connection,
  { market }: MarketFacts,
  leaves: readonly UsageLeaf[],
): Promise<Settled[]> {
  const found: Settled[] = [];
  for (let from = 0; from < leaves.length; from += MOST_ACCOUNTS) {
    const some = leaves.slice(from, from + MOST_ACCOUNTS);
    const infos = await connection.getMultipleAccountsInfo(some.map(({ account }) => account));
    for (const [at, leaf] of some.entries()) {
      const info = infos[at];
      if (!info?.owner.equals(marketProgram.address)) continue;
      const account = (leaf.side === 'order' ? decodeOrder : decodeOffer)(leaf.account, info.data);
      if (account.market.equals(market.address) && account.birth === leaf.birth)
        found.push({ leaf, account });
    }
  }
  return found;
}

/** Those on which something changes, in this order, with what orders pay and offers are paid: as the program reckons. */
async function newIn(connection: Connection, open: readonly Settled[]) {
  const isNew = ({ leaf, account }: Settled) =>
    leaf.units > account.settledUnits || leaf.amount > account.settledAmount;
  const orders = open.filter((one) => 'consumer' in one.account && isNew(one));
  const pools = new Map<string, bigint>();
  for (const { leaf } of open) {
    const area = leaf.counterparty;
    if (!pools.has(area.toBase58())) pools.set(area.toBase58(), (await fetchArea(connection, area)).pool);
  }
  let paid = 0n;
  for (const { leaf, account } of orders) {
    const amount = leaf.amount - account.settledAmount;
    const area = leaf.counterparty.toBase58();
    pools.set(area, pools.get(area)! + amount);
    paid += amount;
  }
  let drawn = 0n;
  const offers = open.filter((one) => {
    const { leaf, account } = one;
    if (!('paid' in account) || leaf.amount < account.settledAmount) return false;
    const area = leaf.counterparty.toBase58();
    const [pool, owed] = [pools.get(area)!, leaf.amount - account.paid];
    const amount = owed < pool ? owed : pool;
    pools.set(area, pool - amount);
    drawn += amount;
    return amount > 0n || leaf.units > account.settledUnits;
  });
  return { orders, offers, paid, drawn };
}
