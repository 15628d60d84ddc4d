import {
  compareBook,
  type Difference,
  describeDifference,
  energyAccounts,
  type Manifest,
  type MarketAccounts,
  type PartSource,
  type PreviousState,
  type Repeated,
} from '@commonwire/oracle/domain';
import { count } from '@commonwire/sdk/core';
import { fetchBook, readMarketFacts } from '@commonwire/sdk/market';
import { fetchNetwork, type NetworkAccount } from '@commonwire/sdk/network';
import { type Connection, PublicKey } from '@solana/web3.js';
import { type Check, fails, holds } from '../verification/check';

/** The markets of a network as the chain has them. */
export interface MarketsOnChain {
  readonly markets: readonly {
    readonly network: string;
    readonly accounts: MarketAccounts;
    /** Chain time before the accounts were read. */
    readonly now: number;
  }[];
  /** The pending epoch after they were read; undefined if there is none. */
  readonly pending: number | undefined;
}

export type ReadMarkets = (addresses: readonly string[]) => Promise<MarketsOnChain>;

/** Reads markets for an audit. The node must allow searches for accounts. */
export const marketsOn =
  (connection: Connection, network: PublicKey): ReadMarkets =>
  async (addresses) => {
    const markets: MarketsOnChain['markets'][number][] = [];
    for (const address of addresses.map((text) => new PublicKey(text))) {
      const { market, now } = await readMarketFacts(connection, address);
      const accounts = energyAccounts(market, await fetchBook(connection, address));
      markets.push({ network: market.network.toBase58(), accounts, now: Number(now) });
    }
    const { pending }: Pick<NetworkAccount, 'pending'> = await fetchNetwork(connection, network);
    return { markets, pending: pending ? Number(pending.epoch) : undefined };
  };

interface Published {
  readonly manifest: Manifest;
  readonly part: PartSource;
  readonly previous: PreviousState;
  readonly repeated: Repeated;
}

/** Compares the book that an epoch was cleared from, if any, with the chain. */
export async function bookCheck(
  { markets: read }: { readonly markets: ReadMarkets },
  { manifest, part, previous, repeated }: Published,
): Promise<{ checks: Check[]; difference: Difference | null }> {
  const named = manifest.markets ?? [];
  if (named.length === 0) return { checks: [], difference: null };
  const { markets, pending } = await read(named.map(({ address }) => address));
  for (const [i, { network, accounts }] of markets.entries()) {
    const { address, late_seconds } = named[i]!;
    const wrong =
      network !== manifest.network
        ? `markets: ${address} is of network ${network}`
        : late_seconds !== accounts.lateSeconds
          ? `markets: late_seconds of ${address} says ${late_seconds}, but on chain it is ${accounts.lateSeconds}`
          : undefined;
    if (wrong) return { checks: [fails('book', wrong)], difference: null };
  }
  const { difference, listed, closed } = compareBook(
    { manifest, part, previous, view: repeated.rules.registry },
    {
      markets: markets.map(({ accounts }) => accounts),
      now: Math.min(...markets.map(({ now }) => now)),
      pending: pending === manifest.epoch,
    },
  );
  const gone = closed > 0 ? `; ${closed} were closed since, and are taken as listed` : '';
  const check = difference
    ? fails('book', `${describeDifference(difference)}, by the accounts on chain`)
    : holds('book', `${count(listed, 'line')} of what was offered and ordered match the chain${gone}`);
  return { checks: [check], difference };
}
