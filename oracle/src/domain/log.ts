import {
  ascii,
  concat,
  fromHex,
  hashTree,
  KeyType,
  sha256,
  toHex,
  treeLeaf,
  u32,
  u64,
  verifySignature,
} from '@commonwire/sdk/core';
import { fromBase58 } from './address';
import { canonicalBytes, sortedCounts } from './canonical';
import { DomainError } from './errors';
import { isReasonCode } from './reasons';
import { fromBase64 } from './report-checks';
import { MAX_SHARDS, MIN_RECORD_BYTES, PAGE_BYTES, RunCheck, referTo } from './run';
import type { LastHead, Log, LogHead, RunReference, SealedLog, VerifySignature } from './types';

/** The `previous` hash of an oracle's first head. */
export const FIRST_LOG_HASH = '0'.repeat(64);
/**
 * Most bytes of the reports in an epoch's log, in runs and in lanes. An oracle takes in no more, so that whoever has to
 * close it knows what that may take.
 */
export const MAX_LOG_BYTES = 512 * 1024 * 1024;
/** The most pages of such a log: all but the last of a run are full but for less than one report. */
const MAX_PAGES = Math.ceil(MAX_LOG_BYTES / (PAGE_BYTES - 512)) + MAX_SHARDS;
/**
 * The most logs of one oracle in a dataset, those of them that have reports, and the reports that these have together: as
 * many as one log may have.
 */
const [MOST_LOGS, MOST_WITH_REPORTS, MOST_REPORTS] = [256, 8, Math.floor(MAX_LOG_BYTES / MIN_RECORD_BYTES)];
/** Highest count per code in a head's `refused`, so that sums over all logs stay exact. */
const MAX_REFUSED = 10 ** 12;

/** Returns the bytes that an oracle signs to seal a log. */
export function logHeadMessage(network: Uint8Array, head: Omit<LogHead, 'signature'>): Uint8Array {
  return concat(
    ascii('commonwire:head:v2'),
    network,
    fromBase58(head.oracle),
    u64(BigInt(head.epoch)),
    u64(BigInt(head.reports)),
    u64(BigInt(head.sealed_at)),
    fromHex(head.previous),
    fromHex(head.root),
    sha256(canonicalBytes(sortedCounts(head.refused))),
  );
}

/** The head as the next log of its oracle follows it. */
export const lastHead = (network: Uint8Array, head: LogHead): LastHead => ({
  oracle: head.oracle,
  epoch: head.epoch,
  head: toHex(sha256(logHeadMessage(network, head))),
  sealed_at: head.sealed_at,
});

const runLeaf = ({ shard, reports, pages }: RunReference): Uint8Array =>
  treeLeaf(
    ascii('commonwire:run:v1'),
    u32(shard),
    u32(reports),
    sha256(...pages.map((page) => fromHex(page))),
  );

/** The root that a head signs, over its runs by shard, hex. */
export const rootOfRuns = (runs: readonly RunReference[]): string => toHex(hashTree(runs.map(runLeaf)).root);

/** Whether a head was signed by the oracle that it names. */
export function isHeadSigned(
  network: Uint8Array,
  head: LogHead,
  verify: VerifySignature = verifySignature,
): boolean {
  const signature = fromBase64(head.signature);
  const publicKey = fromBase58(head.oracle);
  const message = logHeadMessage(network, head);
  return signature !== undefined && verify({ keyType: KeyType.ed25519, publicKey, message, signature });
}

const badLog = ({ oracle, epoch }: LogHead, why: string): DomainError =>
  new DomainError('bad-log', `log of ${oracle}, epoch ${epoch}: ${why}`);

/**
 * Checks a head by itself and against the oracle's last included head.
 * @throws DomainError `bad-log`
 */
export function verifyHead(
  network: Uint8Array,
  head: LogHead,
  last: LastHead | undefined,
  verify: VerifySignature = verifySignature,
): void {
  const bad = (why: string) => badLog(head, why);
  if (!isHeadSigned(network, head, verify)) throw bad('the head is not signed by the oracle');
  for (const [code, count] of Object.entries(head.refused)) {
    if (!isReasonCode(code) || !Number.isInteger(count) || count < 1 || count > MAX_REFUSED)
      throw bad(`the refused counts have an invalid entry ${code.slice(0, 40)}`);
  }
  if (last && head.epoch <= last.epoch) throw bad('a log of this or a later epoch was included before');
  if (last && head.sealed_at < last.sealed_at) throw bad('it was sealed before the last included head');
  if (head.previous !== (last?.head ?? FIRST_LOG_HASH))
    throw bad('it does not follow the last included head');
}

/** Whether these are the runs that a head commits to, valid or not. If so, nobody has different ones. */
export const isCommitted = ({ head, runs }: SealedLog): boolean =>
  runs.length <= MAX_SHARDS &&
  runs.every(({ shard, reports }) => shard < MAX_SHARDS && reports < 2 ** 32) &&
  runs.reduce((sum, { pages }) => sum + pages.length, 0) <= MAX_PAGES &&
  rootOfRuns(runs) === head.root;

/**
 * Checks that a head commits to these runs, and that they are a log's: by shard, none empty, and no more than
 * {@link MAX_LOG_BYTES}. The bytes of each are checked by {@link runCheck}.
 * @throws DomainError `bad-log`
 */
export function verifyRuns(log: SealedLog): void {
  const { head, runs } = log;
  if (!isCommitted(log)) throw badLog(head, 'the head commits to other runs, or to more than a log has');
  let [reports, least] = [0, 0];
  for (const run of runs) {
    if (run.shard < least) throw badLog(head, 'the runs are not by shard');
    if (run.reports === 0 || run.pages.length === 0) throw badLog(head, `run ${run.shard} is empty`);
    reports += run.reports;
    least = run.shard + 1;
  }
  if (reports !== head.reports)
    throw badLog(head, `the head counts ${head.reports} reports, its runs ${reports}`);
}

/** Checks all of a log but the bytes of its runs. @throws DomainError `bad-log` */
export function verifySealed(
  network: Uint8Array,
  log: SealedLog,
  last: LastHead | undefined,
  verify?: VerifySignature,
): void {
  verifyHead(network, log.head, last, verify);
  verifyRuns(log);
}

/** What checks the bytes of a run of a log that follows `last`. */
export const runCheck = (head: LogHead, run: RunReference, last: LastHead | undefined): RunCheck =>
  new RunCheck(run, { from: last?.sealed_at ?? 0, to: head.sealed_at });

/**
 * Checks a whole log: its head, that it follows the last included one, and its runs to the byte.
 * @throws DomainError `bad-log` saying what is wrong
 */
export function verifyLog(
  network: Uint8Array,
  { head, runs }: Log,
  last: LastHead | undefined,
  verify?: VerifySignature,
): void {
  const references = runs.map(referTo);
  verifySealed(network, { head, runs: references }, last, verify);
  for (const [i, { pages }] of runs.entries()) {
    const check = runCheck(head, references[i]!, last);
    for (const page of pages) check.page(page);
    check.end();
  }
}

/**
 * How many logs of one oracle, the oldest first, go into one dataset; the others follow in later ones. So what a member
 * brings at once costs the others no more than an epoch's log, however many it has held back. The first always goes.
 */
export function logsTaken(heads: readonly Pick<LogHead, 'reports'>[]): number {
  let [withReports, sum] = [0, 0];
  for (const [i, { reports }] of heads.entries()) {
    if (i === MOST_LOGS) return i;
    if (reports === 0) continue;
    withReports += 1;
    sum += reports;
    if (withReports > 1 && (withReports > MOST_WITH_REPORTS || sum > MOST_REPORTS)) return i;
  }
  return heads.length;
}

/** Whether a log's head follows the last included one. */
export const follows = ({ head }: { readonly head: LogHead }, last: LastHead | undefined): boolean =>
  head.previous === (last?.head ?? FIRST_LOG_HASH) && head.sealed_at >= (last?.sealed_at ?? 0);
