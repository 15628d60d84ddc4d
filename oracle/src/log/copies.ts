import {
  DomainError,
  follows,
  isCommitted,
  type LastHead,
  type Log,
  type LogHead,
  lastHead,
  type PreviousState,
  type SealedLog,
  verifyHead,
  verifyRuns,
} from '../domain';
import { atMost } from '../runtime/deadline';
import type { Oracle } from '../runtime/oracle';
import { jsonBytes, numberKey, parseJson } from '../storage/store';
import { copyPages, readRuns } from './pages';
import { sealedLog, storedHead, storeSealed } from './records';

/** Epochs to look back for the next log of an oracle that was never included, or that has none of some epochs. */
const LOOK_BACK_EPOCHS = 8;
/** Members' logs that were found to be invalid are remembered, so that none costs more than once. */
const MOST_INVALID = 1_000;

/** The logs that this oracle has for closing an epoch. */
export interface AvailableLogs {
  readonly logs: readonly SealedLog[];
  /** Committee members whose log of the epoch is not in `logs`. */
  readonly missing: readonly string[];
}

/**
 * Copies the committee's sealed logs into the store after verifying them, and returns those that are not yet part of a
 * dataset: each oracle's logs up to the epoch, each following the one before. Waits at most as long as for one answer. Slower copies
 * continue in the background, so that a slow peer can't hold up an epoch.
 */
export async function gatherLogs(
  oracle: Oracle,
  epoch: number,
  committee: readonly string[],
  previous: PreviousState,
): Promise<AvailableLogs> {
  const copying = committee.map((member) => copyLogs(oracle, member, epoch, previous));
  await atMost(oracle.peers.timeoutMs, Promise.all(copying));
  const found = await Promise.all(committee.map((member) => storedLogs(oracle, member, epoch, previous)));
  const has = (logs: readonly SealedLog[]) => logs.some(({ head }) => head.epoch === epoch);
  return { logs: found.flat(), missing: committee.filter((_, i) => !has(found[i]!)) };
}

/**
 * Fetches the log that a head commits to, which follows `last`, from any peer. Stores its pages alone.
 * @param first the oracle to ask first
 * @throws DomainError `bad-log` if it breaks the rules: then nobody has another log for this head
 */
export async function fetchLog(
  oracle: Oracle,
  head: LogHead,
  { last, first }: { last: LastHead | undefined; first: string | undefined },
): Promise<SealedLog | undefined> {
  const log = await oracle.peers.firstOf(first, async (peer) => {
    const { runs } = await peer.log(head.epoch, { oracle: head.oracle });
    return isCommitted({ head, runs }) ? { head, runs } : undefined;
  });
  if (!log) return undefined;
  verifyRuns(log);
  return (await copyPages(oracle, log, last)) ? log : undefined;
}

/** A log with its bytes, for a close. @throws OracleError `log-not-found` if a page is lost and nobody serves it now */
export const loadLog = async (oracle: Oracle, log: SealedLog): Promise<Log> => ({
  head: log.head,
  runs: await readRuns(oracle, log),
});

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
function copyLogs(oracle: Oracle, member: string, epoch: number, previous: PreviousState): Promise<void> {
  const running = inProgress.get(oracle) ?? new Map<string, Promise<void>>();
  inProgress.set(oracle, running);
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
    if (head) last = lastHead(oracle.identity.network, head);
    // An oracle that lost its records has no log of some epochs. The next one follows the last one all the same.
    else if (last) wanted = Math.max(wanted, epoch - LOOK_BACK_EPOCHS);
  }
}

/** A member's sealed log of an epoch as any peer serves it, if it follows `last`. Stores its pages alone. */
export async function fetchSealed(
  oracle: Oracle,
  member: string,
  epoch: number,
  last: LastHead | undefined,
): Promise<SealedLog | undefined> {
  const known = invalid.get(oracle) ?? new Set<string>();
  invalid.set(oracle, known);
  const name = `${member}:${epoch}`;
  if (known.has(name)) return undefined;
  const log = await oracle.peers.firstOf(member, async (peer) => {
    const { head, runs } = await peer.log(epoch, { oracle: member });
    if (head.oracle !== member || head.epoch !== epoch) return undefined;
    verifyHead(oracle.identity.network, head, last);
    verifyRuns({ head, runs });
    return { head, runs };
  });
  if (!log) return undefined;
  try {
    return (await copyPages(oracle, log, last)) ? log : undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (known.size >= MOST_INVALID) known.clear();
    known.add(name);
    return undefined;
  }
}

/** Members and epochs whose logs are invalid; their members signed for that. */
const invalid = new WeakMap<Oracle, Set<string>>();

/** A member's logs in the store, as long as each follows the previous one. A fork of an included log is ignored. */
async function storedLogs(
  oracle: Oracle,
  member: string,
  epoch: number,
  previous: PreviousState,
): Promise<SealedLog[]> {
  const logs: SealedLog[] = [];
  let last = lastHeadOf(member, previous);
  for (let wanted = nextEpochOf(epoch, last); wanted <= epoch; wanted++) {
    const log = await sealedLog(oracle.store, member, wanted);
    if (log && follows(log, last)) {
      logs.push({ head: log.head, runs: log.runs });
      last = lastHead(oracle.identity.network, log.head);
    } else if (last) wanted = Math.max(wanted, epoch - LOOK_BACK_EPOCHS);
  }
  return logs;
}

async function pull(
  oracle: Oracle,
  member: string,
  epoch: number,
  last: LastHead | undefined,
): Promise<LogHead | undefined> {
  const log = await fetchSealed(oracle, member, epoch, last);
  if (!log) return undefined;
  const stored = await storeSealed(oracle.store, { ...log, refusedInAll: {} });
  if (stored.head.signature !== log.head.signature) return undefined;
  await oracle.store.insert(`copies:${member}`, numberKey(epoch), jsonBytes({ at: oracle.now() }));
  return log.head;
}

const lastHeadOf = (member: string, previous: PreviousState): LastHead | undefined =>
  previous.heads.find((head) => head.oracle === member);
