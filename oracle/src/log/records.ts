import type { Counts, LogEntry, LogHead } from '../domain';
import { first, jsonBytes, numberKey, parseJson, type Store, type StoredItem } from '../storage/store';

/** What a slot of a log holds: an entry, or the seal behind which nothing can be appended. */
export type LogRecord =
  | { readonly entry: LogEntry }
  | {
      readonly head: LogHead;
      /** All that was ever refused up to this head, by code: what the next head's counts start from. */
      readonly refused: Counts;
    };

/** A slice of a log as stored. */
export interface LogSlice {
  readonly head: LogHead | undefined;
  readonly entries: readonly LogEntry[];
  /** The sequence to ask for next, undefined at the end of what is stored. */
  readonly next: number | undefined;
}

/** The partition of one oracle's log of one epoch: its own or a verified copy of a peer's. */
export const logPartition = (oracle: string, epoch: number): string => `log:${oracle}:${epoch}`;

/** The bytes of a record; entries of other versions of this program stay readable because their JSON is canonical. */
export const recordBytes = (record: LogRecord): Uint8Array => jsonBytes(record);

/** The record of a stored slot. Only this module's writers fill these partitions. */
export const toRecord = (item: StoredItem): LogRecord => parseJson(item.body) as LogRecord;

/** The last record of a log, or undefined if nothing is stored. */
export async function lastRecord(
  store: Store,
  oracle: string,
  epoch: number,
): Promise<LogRecord | undefined> {
  const item = await first(store, logPartition(oracle, epoch), { descending: true });
  return item && toRecord(item);
}

/** The entries of a stored log, latest first. */
export async function* entriesBackwards(
  store: Store,
  oracle: string,
  epoch: number,
): AsyncIterable<LogEntry> {
  for await (const item of store.query(logPartition(oracle, epoch), { descending: true })) {
    const record = toRecord(item);
    if ('entry' in record) yield record.entry;
  }
}

/** The head of a sealed log, or undefined while it isn't sealed or stored. */
export async function storedHead(store: Store, oracle: string, epoch: number): Promise<LogHead | undefined> {
  const record = await lastRecord(store, oracle, epoch);
  return record && 'head' in record ? record.head : undefined;
}

/** Entries from `from` on, as many as fit `maxBytes` (at least one), and the head if the log is sealed. */
export async function readLog(
  store: Store,
  oracle: string,
  epoch: number,
  { from = 0, maxBytes = Number.POSITIVE_INFINITY }: { from?: number; maxBytes?: number } = {},
): Promise<LogSlice> {
  const entries: LogEntry[] = [];
  let bytes = 0;
  for await (const item of store.query(logPartition(oracle, epoch), { from: numberKey(from) })) {
    const record = toRecord(item);
    if ('head' in record) return { head: record.head, entries, next: undefined };
    if (entries.length > 0 && bytes + item.body.length > maxBytes) {
      return { head: await storedHead(store, oracle, epoch), entries, next: record.entry.sequence };
    }
    entries.push(record.entry);
    bytes += item.body.length;
  }
  return { head: await storedHead(store, oracle, epoch), entries, next: undefined };
}

/** Writes a record at its slot; a no-op if exactly this record is there already. @returns false if another one is. */
export async function writeRecord(
  store: Store,
  place: { oracle: string; epoch: number; slot: number },
  record: LogRecord,
): Promise<boolean> {
  const partition = logPartition(place.oracle, place.epoch);
  const body = recordBytes(record);
  if (await store.insert(partition, numberKey(place.slot), body)) return true;
  // A client library repeats a write whose answer was lost: then it is our own bytes that hold the slot.
  const there = await store.get(partition, numberKey(place.slot));
  return there !== undefined && Buffer.compare(there.body, body) === 0;
}
