import {
  DomainError,
  follows,
  isCommitted,
  type LastHead,
  type LogHead,
  lastHead,
  logsTaken,
  type PreviousState,
  type SealedLog,
  verifyRuns,
} from '../domain';
import { currentHeads } from '../epoch/dataset';
import { atMost } from '../runtime/deadline';
import type { Oracle } from '../runtime/oracle';
import { copyLog, findSealed } from './copying';
import { copyPages } from './pages';
import { storedCopy, storedLog } from './records';

/** Epochs to look back for the next log of an oracle that was never included, or that has none of some epochs. */
const LOOK_BACK_EPOCHS = 8;
/** For so long the pages of logs are fetched at once. Milliseconds. */
const FETCH_MS = 120_000;

/** The logs that this oracle has for closing an epoch. */
export interface AvailableLogs {
  readonly logs: readonly SealedLog[];
  /** Committee members whose log of the epoch is not in `logs`. */
  readonly missing: readonly string[];
}

/**
 * Copies the committee's sealed logs into the store after verifying them, and returns those that go into the next
 * dataset: each oracle's logs up to the epoch, each following the one before, as many as a dataset takes. Waits at most as
 * long as for one answer. Slower copies continue in the background, so that a slow peer can't hold up an epoch; on AWS
 * Lambda, where there is none, the next invocation goes on with them.
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
  const has = (logs: readonly SealedLog[]) => logs.some(({ head }) => head.epoch === epoch);
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
 * Fetches the log that a head commits to, which follows `last`, from any peer. Stores its pages alone.
 * @param first the oracle to ask first @param until see {@link havePages}
 * @throws DomainError `bad-log` if it breaks the rules: then nobody has another log for this head
 */
export async function fetchLog(
  oracle: Oracle,
  head: LogHead,
  { last, first, until }: { last: LastHead | undefined; first: string | undefined; until: number },
): Promise<SealedLog | undefined> {
  const log = await oracle.peers.firstOf(first, async (peer) => {
    const { runs } = await peer.log(head.epoch, { oracle: head.oracle });
    return isCommitted({ head, runs }) ? { head, runs } : undefined;
  });
  if (!log) return undefined;
  verifyRuns(log);
  return (await havePages(oracle, log, last, until)) ? log : undefined;
}

/** A member's sealed log of an epoch as any peer serves it, if it follows `last`. Stores its pages alone. */
export async function fetchSealed(
  oracle: Oracle,
  member: string,
  epoch: number,
  last: LastHead | undefined,
): Promise<SealedLog | undefined> {
  const log = await findSealed(oracle, { member, epoch, last });
  if (!log) return undefined;
  try {
    return (await havePages(oracle, log, last, fetchEnd())) ? log : undefined;
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** When fetching that begins now ends: {@link havePages} takes it. */
export const fetchEnd = (): number => performance.now() + FETCH_MS;

/**
 * Whether all pages of a log are here now. Fetches those that aren't, and checks all.
 * @param until when to fetch no more, milliseconds of this process; what was fetched stays
 * @throws DomainError `bad-log` if one breaks the rules
 */
export async function havePages(
  oracle: Oracle,
  log: SealedLog,
  last: LastHead | undefined,
  until: number,
): Promise<boolean> {
  const copying = copyPages(oracle, log, last);
  for (;;) {
    const { value, done } = await copying.next();
    if (done) return value;
    if (performance.now() >= until) return false;
  }
}

/** When a copy of a peer's log was completed, in milliseconds of this oracle's clock; undefined if there is no copy. */
export const copiedAt = async (oracle: Oracle, member: string, epoch: number): Promise<number | undefined> =>
  (await storedCopy(oracle.store, member, epoch))?.at;

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
  const found: LogHead[] = [];
  // Those that aren't taken now are copied when they are.
  for (let wanted = nextEpochOf(epoch, last); wanted <= epoch && areTaken(found); wanted++) {
    const head =
      (await storedCopy(oracle.store, member, wanted))?.head ??
      (await copyLog(oracle, { member, epoch: wanted, last }, isOver));
    if (isOver()) return;
    if (head) {
      found.push(head);
      last = lastHead(oracle.identity.network, head);
    }
    // An oracle that lost its records has no log of some epochs. The next one follows the last one all the same.
    else if (last) wanted = Math.max(wanted, epoch - LOOK_BACK_EPOCHS);
  }
}

const areTaken = (heads: readonly LogHead[]): boolean => logsTaken(heads) === heads.length;

/**
 * A member's logs in the store, as long as each follows the previous one, and as many as a dataset takes. A fork of an
 * included log is ignored.
 */
async function storedLogs(
  oracle: Oracle,
  member: string,
  epoch: number,
  previous: PreviousState,
): Promise<SealedLog[]> {
  const logs: SealedLog[] = [];
  let last = lastHeadOf(member, previous);
  for (let wanted = nextEpochOf(epoch, last); wanted <= epoch; wanted++) {
    const log = await storedLog(oracle, member, wanted);
    if (log && follows(log, last)) {
      logs.push({ head: log.head, runs: log.runs });
      if (!areTaken(logs.map(({ head }) => head))) return logs.slice(0, -1);
      last = lastHead(oracle.identity.network, log.head);
    } else if (last) wanted = Math.max(wanted, epoch - LOOK_BACK_EPOCHS);
  }
  return logs;
}

const lastHeadOf = (member: string, previous: Pick<PreviousState, 'heads'>): LastHead | undefined =>
  previous.heads.find((head) => head.oracle === member);
