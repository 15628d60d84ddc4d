import type { OracleClient } from '@commonwire/sdk/oracle';
import {
  follows,
  isCommitted,
  type LastHead,
  type Log,
  type LogEntry,
  type LogHead,
  type PreviousState,
  verifyLog,
} from '../domain';
import { currentHeads } from '../epoch/dataset';
import { atMost } from '../runtime/deadline';
import type { Oracle } from '../runtime/oracle';
import { numberKey, parseJson } from '../storage/store';
import { copyLog } from './copying';
import { MAX_LOG_BYTES, readLog, storedHead } from './records';

/** Epochs to look back for the next log of an oracle that was never included, or that has none of some epochs. */
const LOOK_BACK_EPOCHS = 8;
/** Maximum number of milliseconds that a peer may take to serve a whole log. */
const DOWNLOAD_MS = 120_000;

/** The logs that this oracle has for closing an epoch. */
export interface AvailableLogs {
  readonly logs: readonly Log[];
  /** Committee members whose log of the epoch is not in `logs`. */
  readonly missing: readonly string[];
}

/**
 * Copies the committee's sealed logs into the store after verifying them, and returns those that are not yet part of a
 * dataset: each oracle's logs up to the epoch, each following the one before. Waits at most as long as for one answer. Slower copies
 * continue in the background, so that a slow peer can't hold up an epoch; on AWS Lambda, where there is none, the next
 * invocation goes on with them.
 */
export async function gatherLogs(
  oracle: Oracle,
  epoch: number,
  committee: readonly string[],
  previous: PreviousState,
): Promise<AvailableLogs> {
  const { copyMs, peers } = oracle;
  const copying = copyAll(oracle, epoch, committee, previous.heads, copyMs ?? Number.POSITIVE_INFINITY);
  await (copyMs === undefined ? atMost(peers.timeoutMs, copying) : copying);
  const found = await Promise.all(committee.map((member) => storedLogs(oracle, member, epoch, previous)));
  const has = (logs: readonly Log[]) => logs.some(({ head }) => head.epoch === epoch);
  return { logs: found.flat(), missing: committee.filter((_, i) => !has(found[i]!)) };
}

/**
 * Copies what is to be copied for the epoch that is closed next, if it is cut.
 * @param until when to stop, milliseconds of the oracle's clock
 */
export async function copyPending(oracle: Oracle, until: number): Promise<void> {
  const network = await oracle.chain.readNetwork('final');
  const epoch = network.current.epoch + 1;
  if (!network.cutOf(epoch)) return;
  const heads = await currentHeads(oracle, network);
  await copyAll(oracle, epoch, network.committee.keys, heads, until - oracle.now());
}

async function copyAll(
  oracle: Oracle,
  epoch: number,
  committee: readonly string[],
  heads: readonly LastHead[],
  ms: number,
): Promise<void> {
  const end = performance.now() + ms;
  const isOver = () => performance.now() >= end;
  await Promise.all(committee.map((member) => copyLogs(oracle, member, epoch, { heads, isOver })));
}

/**
 * Fetches the log that a head commits to from any peer, whether or not it follows the rules. Doesn't store it.
 * @param first the oracle to ask first
 */
export function fetchLog(oracle: Oracle, head: LogHead, first?: string): Promise<Log | undefined> {
  const use = async (peer: OracleClient) => {
    const found = await download(peer, head.oracle, head.epoch);
    const log = found && { head, entries: found.entries };
    return log && isCommitted(oracle.identity.network, log) ? log : undefined;
  };
  return oracle.peers.firstOf(first, use);
}

/** When a copy of a peer's log was completed, in milliseconds of this oracle's clock; undefined if there is no copy. */
export async function copiedAt(oracle: Oracle, member: string, epoch: number): Promise<number | undefined> {
  const item = await oracle.store.get(`copies:${member}`, numberKey(epoch));
  return item && (parseJson(item.body) as { at: number }).at;
}

/** The first epoch of which a member's log may not be in a dataset yet. */
function nextEpochOf(epoch: number, last: LastHead | undefined): number {
  return last ? last.epoch + 1 : Math.max(1, epoch - LOOK_BACK_EPOCHS);
}

/** Copies in progress, by member. */
const inProgress = new WeakMap<Oracle, Map<string, Promise<void>>>();

/** Copies a member's logs from peers, or waits for the copy in progress. Never fails; logs not found are missing. */
function copyLogs(oracle: Oracle, member: string, epoch: number, given: Given): Promise<void> {
  const running = inProgress.get(oracle) ?? new Map<string, Promise<void>>();
  inProgress.set(oracle, running);
  const done = running.get(member) ?? pullAll(oracle, member, epoch, given).catch(() => undefined);
  running.set(member, done);
  return done.finally(() => running.delete(member));
}

/** The last included heads, and when to stop. */
interface Given {
  readonly heads: readonly LastHead[];
  readonly isOver: () => boolean;
}

async function pullAll(
  oracle: Oracle,
  member: string,
  epoch: number,
  { heads, isOver }: Given,
): Promise<void> {
  if (member === oracle.address) return;
  let last = lastHeadOf(member, { heads });
  for (let wanted = nextEpochOf(epoch, last); wanted <= epoch; wanted++) {
    const head =
      (await storedHead(oracle.store, member, wanted)) ??
      (await copyLog(oracle, { member, epoch: wanted, last }, isOver));
    if (isOver()) return;
    if (head) last = head;
    // An oracle that lost its records has no log of some epochs. The next one follows the last one all the same.
    else if (last) wanted = Math.max(wanted, epoch - LOOK_BACK_EPOCHS);
  }
}

/** A member's sealed log of an epoch as any peer serves it, if it follows `last`. Doesn't store it. */
export const fetchSealed = (
  oracle: Oracle,
  member: string,
  epoch: number,
  last: LastHead | undefined,
): Promise<Log | undefined> =>
  oracle.peers.firstOf(undefined, async (peer) => {
    const log = await download(peer, member, epoch);
    if (log) verifyLog(oracle.identity.network, log, last);
    return log;
  });

/** A member's logs in the store, as long as each follows the previous one. A fork of an included log is ignored. */
async function storedLogs(
  oracle: Oracle,
  member: string,
  epoch: number,
  previous: PreviousState,
): Promise<Log[]> {
  const logs: Log[] = [];
  let last = lastHeadOf(member, previous);
  for (let wanted = nextEpochOf(epoch, last); wanted <= epoch; wanted++) {
    const log = await stored(oracle, member, wanted);
    if (log && follows(log, last)) {
      logs.push(log);
      last = log.head;
    } else if (last) wanted = Math.max(wanted, epoch - LOOK_BACK_EPOCHS);
  }
  return logs;
}

async function stored(oracle: Oracle, member: string, epoch: number): Promise<Log | undefined> {
  if (!(await storedHead(oracle.store, member, epoch))) return undefined;
  const { head, entries } = await readLog(oracle.store, member, epoch);
  return head && { head, entries };
}

async function download(peer: OracleClient, member: string, epoch: number): Promise<Log | undefined> {
  const entries: LogEntry[] = [];
  let bytes = 0;
  const end = performance.now() + DOWNLOAD_MS;
  for (let from: number | null = 0; from !== null && performance.now() < end; ) {
    const slice = await peer.log(epoch, { from, oracle: member });
    if (!slice.head || slice.head.oracle !== member || slice.head.epoch !== epoch) return undefined;
    bytes += slice.entries.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0);
    entries.push(...slice.entries);
    if (slice.next === null) return { head: slice.head, entries };
    // A slice without entries would be asked for again and again.
    if (slice.entries.length === 0 || slice.next !== entries.length || bytes > MAX_LOG_BYTES)
      return undefined;
    from = slice.next;
  }
  return undefined;
}

const lastHeadOf = (member: string, previous: Pick<PreviousState, 'heads'>): LastHead | undefined =>
  previous.heads.find((head) => head.oracle === member);
