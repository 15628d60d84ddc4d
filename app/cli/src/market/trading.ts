/** What offers and orders have in common. */
import { time } from '@commonwire/sdk/core';
import {
  closableBy,
  directlyClosableFrom,
  endOf,
  expiryOf,
  finalCut,
  INTERVAL_SECONDS,
  type MarketFacts,
  marketProgram,
  neverBegan,
  nextInterval,
  type Offer,
  type Order,
  waitsForOthers,
} from '@commonwire/sdk/market';
import { UsageError } from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';

/** Most numbers that are tried for one that is free. */
const TRIED = 100;

/**
 * The number of a new offer or order: the one that was named, or the least that is free.
 * @returns with what is there under it, which is null unless it was named
 */
export async function placeOf<T>(
  connection: Connection,
  named: bigint | undefined,
  addressOf: (id: bigint) => PublicKey,
  decode: (at: PublicKey, data: Uint8Array) => T,
): Promise<{ id: bigint; at: PublicKey; there: T | null }> {
  const ids = named === undefined ? Array.from({ length: TRIED }, (_, id) => BigInt(id)) : [named];
  const addresses = ids.map(addressOf);
  const infos = await connection.getMultipleAccountsInfo(addresses);
  const isTaken = (at: number) => infos[at]?.owner.equals(marketProgram.address) === true;
  const free = ids.findIndex((_, at) => !isTaken(at));
  const at = named === undefined ? free : 0;
  if (at < 0) throw new UsageError(`--id is missing: the first ${TRIED} numbers are taken`);
  const there = isTaken(at) ? decode(addresses[at]!, infos[at]!.data) : null;
  return { id: ids[at]!, at: addresses[at]!, there };
}

/** When what is made now would begin and end: whole quarters of an hour. @throws UsageError */
export function spanOf({ now }: MarketFacts, asked: { from?: bigint | undefined; until: bigint }) {
  const next = nextInterval(now);
  const wanted = asked.from === undefined ? next : nextInterval(asked.from - 1n);
  const from = wanted > next ? wanted : next;
  const until = (asked.until / INTERVAL_SECONDS) * INTERVAL_SECONDS;
  if (from < until) return { from, until };
  throw new UsageError(
    `--until: no whole quarter of an hour lies between ${time(from)}, the first that it can count from, and ${time(asked.until)}`,
  );
}

/** Whether an offer or order can be cancelled: says when it ends if not. */
export function overBy({ now }: MarketFacts, account: Offer | Order): string | undefined {
  const what = 'consumer' in account ? 'order' : 'offer';
  if (account.cancelledAt !== 0n)
    return `the ${what} was cancelled ${time(account.cancelledAt)}, and ends ${time(endOf(account))}`;
  return now >= account.terms.until ? `the ${what} ended ${time(account.terms.until)}` : undefined;
}

/** Requires that an offer or order can be closed now. @throws CliError `still-open` that says when */
export function requireClosable(facts: MarketFacts, account: Offer | Order): 'time' | 'epoch' {
  const by = closableBy(facts, account);
  if (by) return by;
  throw new CliError('still-open', `${account.address} can't be closed yet: ${closingText(facts, account)}`);
}

/** When an offer or order can be closed. */
export function closingText(facts: MarketFacts, account: Offer | Order): string {
  const by = closableBy(facts, account);
  if (by === 'epoch') return 'it can be closed now';
  if (by === 'time')
    return neverBegan(account)
      ? 'it was cancelled before it began, and can be closed now'
      : `it ended ${time(endOf(account))}, and can be closed now`;
  const expiry = `from ${time(expiryOf(account))} on whatever happens`;
  if (waitsForOthers(account)) {
    const first =
      'consumer' in account
        ? `its reservation has ended: commonwire parking end --order ${account.address}`
        : 'the orders that name it are closed';
    return `it can be closed once ${first}, and ${expiry}`;
  }
  if (account.terms.use !== 'energy')
    return `it can be closed from ${time(directlyClosableFrom(facts, account))} on`;
  return `it can be closed once an epoch is promoted that is cut from ${time(finalCut(facts, account))} on, and ${expiry}`;
}
