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
import type { Oracle } from '../runtime/oracle';
import { jsonBytes, numberKey, parseJson } from '../storage/store';
import { readLog, storedHead, writeRecord } from './records';

/** How many epochs back the first log of an oracle that was never included is looked for. */
const LOOK_BACK_EPOCHS = 8;
const MAX_LOG_BYTES = 512 * 1024 * 1024;
/** Most milliseconds that one peer may take for a log, however many slices it has. */
const DOWNLOAD_MS = 120_000;

/** The logs an epoch can close with, as far as this oracle has them. */
export interface AvailableLogs {
  readonly logs: readonly Log[];
  /** Committee members whose log of the epoch is not among them. */
  readonly missing: readonly string[];
}

/**
 * Brings copies of the committee's sealed logs into the store, verified, and returns all that are not yet part of a
 * dataset: each oracle's without a gap, up to the epoch. It waits no longer than for one answer: a copy that takes more
 * goes on beside other work, so that no peer can hold up an epoch by being slow.
 */
export async function gatherLogs(
  oracle: Oracle,
  epoch: number,
  committee: readonly string[],
  previous: PreviousState,
): Promise<AvailableLogs> {
  const bringing = committee.map((member) => bring(oracle, member, epoch, previous));
  await atMost(oracle.peers.timeoutMs, Promise.all(bringing));
  const found = await Promise.all(committee.map((member) => storedLogs(oracle, member, epoch, previous)));
  const has = (logs: readonly Log[]) => logs.some(({ head }) => head.epoch === epoch);
  return { logs: found.flat(), missing: committee.filter((_, i) => !has(found[i]!)) };
}

/**
 * The log that a head commits to, from whoever has it, whether or not it keeps the rules; not stored.
 * @param first whom to ask first
 */
export function fetchLog(oracle: Oracle, head: LogHead, first?: string): Promise<Log | undefined> {
  const use = async (peer: OracleClient) => {
    const found = await download(peer, head.oracle, head.epoch);
    const log = found && { head, entries: found.entries };
    return log && isCommitted(oracle.identity.network, log) ? log : undefined;
  };
  return oracle.peers.firstOf(first, use);
}

/** When a copy of a peer's log was complete, milliseconds of this oracle's clock; undefined if there is none. */
export async function copiedAt(oracle: Oracle, member: string, epoch: number): Promise<number | undefined> {
  const item = await oracle.store.get(`copies:${member}`, numberKey(epoch));
  return item && (parseJson(item.body) as { at: number }).at;
}

/** Where the logs of a member that no dataset has begin. */
function nextEpochOf(epoch: number, last: LastHead | undefined): number {
  return last ? last.epoch + 1 : Math.max(1, epoch - LOOK_BACK_EPOCHS);
}

/** What is under way, by member. */
const underWay = new WeakMap<Oracle, Map<string, Promise<void>>>();

/** Copies a member's logs from peers; joins what is under way. Never fails: what isn't there is missing. */
function bring(oracle: Oracle, member: string, epoch: number, previous: PreviousState): Promise<void> {
  const running = underWay.get(oracle) ?? new Map<string, Promise<void>>();
  underWay.set(oracle, running);
  const done = running.get(member) ?? pullAll(oracle, member, epoch, previous).catch(() => undefined);
  running.set(member, done);
  return done.finally(() => running.delete(member));
}

async function pullAll(
  oracle: Oracle,
  member: string,
  epoch: number,
  previous: PreviousState,
): Promise<void> {
  if (member === oracle.address) return;
  let last = lastHeadOf(member, previous);
  for (let wanted = nextEpochOf(epoch, last); wanted <= epoch; wanted++) {
    const head =
      (await storedHead(oracle.store, member, wanted)) ?? (await pull(oracle, member, wanted, last));
    if (head) last = head;
    else if (last) return;
  }
}

/** A member's logs in the store, as far as each follows the one before; a fork of what was included counts for nothing. */
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
    } else if (last) break;
  }
  return logs;
}

async function stored(oracle: Oracle, member: string, epoch: number): Promise<Log | undefined> {
  if (!(await storedHead(oracle.store, member, epoch))) return undefined;
  const { head, entries } = await readLog(oracle.store, member, epoch);
  return head && { head, entries };
}

async function pull(
  oracle: Oracle,
  member: string,
  epoch: number,
  last: LastHead | undefined,
): Promise<LogHead | undefined> {
  return oracle.peers.firstOf(member, async (peer) => {
    const log = await download(peer, member, epoch);
    if (!log) return undefined;
    verifyLog(oracle.identity.network, log, last);
    return (await keep(oracle, log)) ? log.head : undefined;
  });
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

/** Stores a verified log, entries before the head. @returns false if another version of it is stored already. */
async function keep(oracle: Oracle, { head, entries }: Log): Promise<boolean> {
  const place = (slot: number) => ({ oracle: head.oracle, epoch: head.epoch, slot });
  for (const entry of entries)
    if (!(await writeRecord(oracle.store, place(entry.sequence), { entry }))) return false;
  if (!(await writeRecord(oracle.store, place(entries.length), { head, refused: {} }))) return false;
  await oracle.store.insert(`copies:${head.oracle}`, numberKey(head.epoch), jsonBytes({ at: oracle.now() }));
  return true;
}

const lastHeadOf = (member: string, previous: PreviousState): LastHead | undefined =>
  previous.heads.find((head) => head.oracle === member);

/** Waits for work no longer than `ms`; the work goes on. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
