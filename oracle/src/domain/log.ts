import {
  ascii,
  concat,
  fromHex,
  KeyType,
  sha256,
  toHex,
  u32,
  u64,
  verifySignature,
} from '@commonwire/sdk/core';
import { fromBase58 } from './address';
import { canonicalBytes, sortedCounts } from './canonical';
import { DomainError } from './errors';
import { isReasonCode } from './reasons';
import { fromBase64 } from './report-checks';
import type { LastHead, Log, LogEntry, LogHead, SignedReport, VerifySignature } from './types';

/** The `previous` hash of an oracle's first entry. */
export const FIRST_LOG_HASH = '0'.repeat(64);
/** Highest count per code in a head's `refused`, so that sums over all logs stay exact. */
const MAX_REFUSED = 10 ** 12;

/** Hash of an entry's reports, over just the two known keys in fixed order. */
const reportsHash = (reports: readonly SignedReport[]): Uint8Array =>
  sha256(canonicalBytes(reports.map(({ report, signature }) => ({ report, signature }))));

/** Returns an entry's hash in hex; `network` is 32 bytes. */
export function logEntryHash(network: Uint8Array, entry: Omit<LogEntry, 'hash'>): string {
  return toHex(
    sha256(
      ascii('commonwire:log:v1'),
      network,
      fromBase58(entry.oracle),
      u64(BigInt(entry.epoch)),
      u32(entry.sequence),
      u64(BigInt(entry.received_at)),
      fromHex(entry.previous),
      reportsHash(entry.reports),
    ),
  );
}

/** Adds an entry's hash to it. Its `previous` must be the hash of the preceding entry. */
export const nextEntry = (network: Uint8Array, entry: Omit<LogEntry, 'hash'>): LogEntry => ({
  ...entry,
  hash: logEntryHash(network, entry),
});

/** Returns the bytes that an oracle signs to seal a log. */
export function logHeadMessage(network: Uint8Array, head: Omit<LogHead, 'signature'>): Uint8Array {
  return concat(
    ascii('commonwire:head:v1'),
    network,
    fromBase58(head.oracle),
    u64(BigInt(head.epoch)),
    u32(head.entries),
    u64(BigInt(head.sealed_at)),
    fromHex(head.head),
    sha256(canonicalBytes(sortedCounts(head.refused))),
  );
}

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
  const bad = (why: string) =>
    new DomainError('bad-log', `log of ${head.oracle}, epoch ${head.epoch}: ${why}`);
  if (!isHeadSigned(network, head, verify)) throw bad('the head is not signed by the oracle');
  for (const [code, count] of Object.entries(head.refused)) {
    if (!isReasonCode(code) || !Number.isInteger(count) || count < 1 || count > MAX_REFUSED)
      throw bad(`the refused counts have an invalid entry ${code.slice(0, 40)}`);
  }
  if (last && head.epoch <= last.epoch) throw bad('a log of this or a later epoch was included before');
  if (last && head.sealed_at < last.sealed_at) throw bad('it was sealed before the last included head');
  if (head.entries === 0 && head.head !== (last?.head ?? FIRST_LOG_HASH))
    throw bad('the log is empty, but its head is not the last included head');
}

/**
 * Checks a whole log: its head, the chain of entries from the last included head, their times and their count.
 * @throws DomainError `bad-log` saying what is wrong
 */
export function verifyLog(
  network: Uint8Array,
  log: Log,
  last: LastHead | undefined,
  verify?: VerifySignature,
): void {
  const { head, entries } = log;
  verifyHead(network, head, last, verify);
  const bad = (i: number, why: string) =>
    new DomainError('bad-log', `log of ${head.oracle}, epoch ${head.epoch}, entry ${i}: ${why}`);
  let previous = last?.head ?? FIRST_LOG_HASH;
  let time = last?.sealed_at ?? 0;
  for (const [i, entry] of entries.entries()) {
    if (entry.oracle !== head.oracle || entry.epoch !== head.epoch) throw bad(i, 'belongs to another log');
    if (entry.sequence !== i) throw bad(i, `has sequence ${entry.sequence}`);
    if (entry.previous !== previous) throw bad(i, 'does not follow the previous entry');
    if (entry.received_at < time || entry.received_at > head.sealed_at)
      throw bad(i, 'was received out of order');
    if (logEntryHash(network, entry) !== entry.hash) throw bad(i, 'does not match its hash');
    previous = entry.hash;
    time = entry.received_at;
  }
  if (entries.length !== head.entries) throw bad(entries.length, `the head counts ${head.entries} entries`);
  if (previous !== head.head) throw bad(entries.length - 1, 'the head names a different last entry');
}

/** Whether a log's first entry, or its head if it is empty, is chained to the last included head. */
export const follows = ({ head, entries }: Log, last: LastHead | undefined): boolean =>
  (entries[0]?.previous ?? head.head) === (last?.head ?? FIRST_LOG_HASH) &&
  (entries[0]?.received_at ?? head.sealed_at) >= (last?.sealed_at ?? 0);

/** Whether these are the exact entries that a head commits to, valid or not. If so, nobody has different ones. */
export function isCommitted(network: Uint8Array, { head, entries }: Log): boolean {
  const chained = entries.every(
    (entry, i) =>
      logEntryHash(network, entry) === entry.hash && entry.hash === (entries[i + 1]?.previous ?? head.head),
  );
  return chained && entries.length === head.entries;
}
