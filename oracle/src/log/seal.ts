/** How an epoch's log is sealed: its lanes are ended, sorted into runs and signed for. */
import type { Signer } from '@commonwire/sdk/core';
import {
  type Counts,
  type LogHead,
  lastHead,
  logHeadMessage,
  type RunReference,
  rootOfRuns,
  sortedCounts,
  sortedRuns,
} from '../domain';
import type { BlobStore } from '../storage/blobs';
import type { Store } from '../storage/store';
import { endLane } from './lane';
import {
  type ClosedLanes,
  closedLanes,
  closeRoster,
  laneEntries,
  noteClosed,
  type OwnLog,
  sealedLog,
  storeSealed,
} from './records';

/** Lanes that are ended at once. */
const ENDED_AT_ONCE = 16;

/** What the log of an epoch follows. */
export interface Follows {
  /** Hash of the last head, hex. */
  readonly previous: string;
  /** When that was sealed, milliseconds. */
  readonly time: number;
  /** The counts of all refusals up to it. */
  readonly refused: Counts;
}

/** Whose log it is. */
export interface LogOwner {
  readonly store: Store;
  readonly blobs: BlobStore;
  /** The network's address, 32 bytes. */
  readonly network: Uint8Array;
  /** The oracle's key, base58. */
  readonly oracle: string;
  readonly signer: Signer;
  /** The oracle's real clock, milliseconds. */
  readonly now: () => number;
}

/**
 * Ends all lanes of an epoch, or finds them ended. Takes a moment, waits for no writer, and can be done by any process of
 * the oracle, also several at once: what was noted first counts.
 * @param since when the log before was closed, milliseconds
 */
export async function closeLanes(
  { store, oracle, now }: Pick<LogOwner, 'store' | 'oracle' | 'now'>,
  epoch: number,
  since: number,
): Promise<ClosedLanes> {
  const known = await closedLanes(store, oracle, epoch);
  if (known) return known;
  const names = await closeRoster(store, oracle, epoch);
  const lanes: { lane: string; entries: number }[] = [];
  let at = Math.max(now(), since);
  for (let i = 0; i < names.length; i += ENDED_AT_ONCE) {
    const some = names.slice(i, i + ENDED_AT_ONCE);
    const ended = await Promise.all(some.map((name) => endLane(store, oracle, epoch, name)));
    for (const [j, { entries, time }] of ended.entries()) {
      at = Math.max(at, time);
      if (entries > 0) lanes.push({ lane: some[j]!, entries });
    }
  }
  return noteClosed(store, oracle, epoch, { at, lanes });
}

/** What the log of an epoch follows if the oracle has sealed the one before; zeros if it hasn't. */
export async function followsSealed(
  { store, network, oracle }: Pick<LogOwner, 'store' | 'network' | 'oracle'>,
  epoch: number,
): Promise<Follows> {
  const before = await sealedLog(store, oracle, epoch - 1);
  if (!before) return { previous: '0'.repeat(64), time: 0, refused: {} };
  const { head, sealed_at } = lastHead(network, before.head);
  return { previous: head, time: sealed_at, refused: before.refusedInAll };
}

/**
 * Sorts the ended lanes of an epoch into runs, stores these and signs for them. Can be repeated after a crash.
 * @param refused the counts of all refusals so far
 * @returns the log that was sealed first, if several processes seal it
 */
export async function sealLanes(
  owner: LogOwner,
  epoch: number,
  closed: ClosedLanes,
  { follows, refused }: { readonly follows: Follows; readonly refused: Counts },
): Promise<OwnLog> {
  const { store, blobs, network, oracle, signer } = owner;
  const entries: Uint8Array[] = [];
  for (const lane of closed.lanes) {
    const before = entries.length;
    for await (const entry of laneEntries(store, oracle, epoch, lane.lane)) entries.push(entry);
    if (entries.length - before !== lane.entries)
      throw new Error(
        `lane ${lane.lane} of epoch ${epoch} has ${entries.length - before} of its ${lane.entries} entries: the store has lost some; restore a backup`,
      );
  }
  const runs: RunReference[] = [];
  for (const { shard, pages } of sortedRuns(entries)) {
    const names: string[] = [];
    let reports = 0;
    for (const page of pages) {
      names.push(await blobs.put(page.bytes));
      reports += page.reports;
    }
    runs.push({ shard, reports, pages: names });
  }
  const unsigned: Omit<LogHead, 'signature'> = {
    oracle,
    epoch,
    reports: runs.reduce((sum, { reports }) => sum + reports, 0),
    sealed_at: closed.at,
    previous: follows.previous,
    root: rootOfRuns(runs),
    refused: growth(follows.refused, refused),
  };
  const signature = await signer.sign(logHeadMessage(network, unsigned));
  const head = { ...unsigned, signature: Buffer.from(signature).toString('base64') };
  return storeSealed(store, { head, runs, refusedInAll: sortedCounts(refused) });
}

/** Returns the growth since `before` by code, without zeros. */
function growth(before: Counts, total: Counts): Counts {
  const grown = Object.entries(total).map(([code, count]) => [code, count - (before[code] ?? 0)] as const);
  return sortedCounts(Object.fromEntries(grown.filter(([, count]) => count > 0)));
}
