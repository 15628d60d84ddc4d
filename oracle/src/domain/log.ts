/** Hashes and checks of the append-only log an oracle keeps for each epoch. */
import type { Counts, LastHead, Log, LogEntry, LogHead, SignedReport } from './types';

/** `hash` of an entry; `network` is 32 bytes, the rest as in the entry. */
export declare function logEntryHash(network: Uint8Array, entry: Omit<LogEntry, 'hash'>): string;
/** The entry that follows `previous`, complete with its hash. */
export declare function nextEntry(
  network: Uint8Array,
  entry: {
    oracle: string;
    epoch: number;
    sequence: number;
    received_at: number;
    reports: readonly SignedReport[];
    previous: string;
  },
): LogEntry;
/** The bytes an oracle signs to seal a log. */
export declare function logHeadMessage(network: Uint8Array, head: Omit<LogHead, 'signature'>): Uint8Array;
/**
 * Checks a whole log: chain, sequence, times, count and the head's signature.
 * @throws DomainError `bad-log` saying which entry and what.
 */
export declare function verifyLog(network: Uint8Array, log: Log, last: LastHead | undefined): void;
/** Counts with sorted keys, as they are hashed. */
export type { Counts };
