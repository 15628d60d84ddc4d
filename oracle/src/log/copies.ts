import type { OracleClient } from '@commonwire/sdk';
import { type LastHead, type Log, type LogEntry, type PreviousState, verifyLog } from '../domain';
import type { Oracle } from '../oracle';
import { jsonBytes, numberKey, parseJson } from '../storage/store';
import { readLog, storedHead, writeRecord } from './records';

/** How many epochs back the first log of an oracle that was never included is looked for. */
const LOOK_BACK_EPOCHS = 8;
const MAX_LOG_BYTES = 512 * 1024 * 1024;

/** The logs an epoch can close with, as far as this oracle has them. */
export interface AvailableLogs {
  readonly logs: readonly Log[];
  /** Committee members whose log of the epoch is not among them. */
  readonly missing: readonly string[];
}

/**
 * Brings copies of the committee's sealed logs into the store, verified, and returns all that are not yet part of a
 * dataset: each oracle's without a gap, up to the epoch.
 */
export async function gatherLogs(
  oracle: Oracle,
  epoch: number,
  committee: readonly string[],
  previous: PreviousState,
): Promise<AvailableLogs> {
  const found = await Promise.all(committee.map((member) => logsOf(oracle, member, epoch, previous)));
  const has = (logs: readonly Log[]) => logs.some(({ head }) => head.epoch === epoch);
  return { logs: found.flat(), missing: committee.filter((_, i) => !has(found[i]!)) };
}

/** When a copy of a peer's log was complete, milliseconds of this oracle's clock; undefined if there is none. */
export async function copiedAt(oracle: Oracle, member: string, epoch: number): Promise<number | undefined> {
  const item = await oracle.store.get(`copies:${member}`, numberKey(epoch));
  return item && (parseJson(item.body) as { at: number }).at;
}

/** Where the logs of a member that no dataset has begin. */
export function nextEpochOf(member: string, epoch: number, previous: PreviousState): number {
  const last = lastHeadOf(member, previous);
  return last ? last.epoch + 1 : Math.max(1, epoch - LOOK_BACK_EPOCHS);
}

async function logsOf(
  oracle: Oracle,
  member: string,
  epoch: number,
  previous: PreviousState,
): Promise<Log[]> {
  const logs: Log[] = [];
  let last = lastHeadOf(member, previous);
  for (let wanted = nextEpochOf(member, epoch, previous); wanted <= epoch; wanted++) {
    const log = (await stored(oracle, member, wanted)) ?? (await pull(oracle, member, wanted, last));
    if (log) {
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
): Promise<Log | undefined> {
  if (member === oracle.address) return undefined;
  return oracle.peers.firstOf(member, async (peer) => {
    const log = await download(peer, member, epoch);
    if (!log) return undefined;
    verifyLog(oracle.identity.network, log, last);
    return (await keep(oracle, log)) ? log : undefined;
  });
}

async function download(peer: OracleClient, member: string, epoch: number): Promise<Log | undefined> {
  const entries: LogEntry[] = [];
  let bytes = 0;
  for (let from: number | null = 0; from !== null; ) {
    const page = await peer.log(epoch, { from, oracle: member });
    if (!page.head || page.head.oracle !== member || page.head.epoch !== epoch) return undefined;
    bytes += page.entries.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0);
    entries.push(...page.entries);
    if (page.next === null) return { head: page.head, entries };
    if (page.next !== entries.length || bytes > MAX_LOG_BYTES) return undefined;
    from = page.next;
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
