import type { Counts, LogEntry, LogHead } from '../domain';
import { first, jsonBytes, numberKey, parseJson, type Store, type StoredItem } from '../storage/store';

/** Maximum number of bytes of an epoch's log: peers copy no longer one, so none is written. */
export const MAX_LOG_BYTES = 512 * 1024 * 1024;

/** The content of a slot in a log: an entry, or the seal after which nothing can be appended. */
export type LogRecord =
  | {
      readonly entry: LogEntry;
      /** Stored bytes of this log up to this record; 0 in a copy. */
      readonly bytes?: number;
    }
  | {
      readonly head: LogHead;
      /** Counts of all refusals up to this head, by code; the next head's counts are the growth since. */
      readonly refused: Counts;
    };

/** A log as stored. */
interface StoredLog {
  readonly head: LogHead | undefined;
  readonly entries: readonly LogEntry[];
}

/** The partition of an oracle's log of an epoch: this oracle's own log or a verified copy of a peer's. */
export const logPartition = (oracle: string, epoch: number): string => `log:${oracle}:${epoch}`;

/** The bytes of a record. Other versions of this program can read its entries because their JSON is canonical. */
export const recordBytes = (record: LogRecord): Uint8Array => jsonBytes(record);

/** The record in a stored slot. Only this module writes to these partitions. */
export const toRecord = (item: StoredItem): LogRecord => parseJson(item.body) as LogRecord;

const ENTRY = Buffer.from('{"entry":');
/** What may follow the entry in its record. */
const AFTER_ENTRY = /(,"bytes":\d+)?\}$/;

/** The JSON of a stored entry, not parsed; undefined if the record is a head. */
export function entryText(body: Uint8Array): Uint8Array | undefined {
  if (!ENTRY.equals(body.subarray(0, ENTRY.length))) return undefined;
  const [after] = AFTER_ENTRY.exec(Buffer.from(body.subarray(-32)).toString('latin1'))!;
  return body.subarray(ENTRY.length, body.length - after.length);
}

/** Returns the last record of a log, or undefined if nothing is stored. */
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

/** Returns the head of a log, or undefined if the log isn't sealed or stored. */
export async function storedHead(store: Store, oracle: string, epoch: number): Promise<LogHead | undefined> {
  const record = await lastRecord(store, oracle, epoch);
  return record && 'head' in record ? record.head : undefined;
}

/** Returns a log's entries, and its head if it is sealed. */
export async function readLog(store: Store, oracle: string, epoch: number): Promise<StoredLog> {
  const entries: LogEntry[] = [];
  for await (const item of store.query(logPartition(oracle, epoch))) {
    const record = toRecord(item);
    if ('head' in record) return { head: record.head, entries };
    entries.push(record.entry);
  }
  return { head: undefined, entries };
}

/** Writes a record to its slot unless it is there already. @returns false if the slot holds a different record */
export async function writeRecord(
  store: Store,
  place: { oracle: string; epoch: number; slot: number },
  record: LogRecord,
): Promise<boolean> {
  const partition = logPartition(place.oracle, place.epoch);
  const body = recordBytes(record);
  if (await store.insert(partition, numberKey(place.slot), body)) return true;
  // A client library repeats a write whose answer was lost, so the slot may already hold our own bytes.
  const there = await store.get(partition, numberKey(place.slot));
  return there !== undefined && isSame(there, record, body);
}

/** Whether a slot holds this record; the bytes of the log up to an entry don't matter. */
function isSame(there: StoredItem, record: LogRecord, body: Uint8Array): boolean {
  if (Buffer.compare(there.body, body) === 0) return true;
  const other = toRecord(there);
  return (
    'entry' in record && 'entry' in other && JSON.stringify(other.entry) === JSON.stringify(record.entry)
  );
}
