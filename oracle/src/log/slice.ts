import type { LogHead } from '../domain';
import { numberKey, type Store } from '../storage/store';
import { entryText, logPartition } from './records';

/** A slice of a sealed log to pass on. */
export interface Slice {
  readonly oracle: string;
  readonly epoch: number;
  readonly head: LogHead;
  /** Sequence of its first entry. */
  readonly from: number;
  /** The slice ends before the entry with which it would be longer; it has at least one. */
  readonly maxBytes: number;
}

/**
 * The JSON of a slice, entry by entry as they are stored, so that a log is passed on without being parsed or held:
 * `{"oracle", "epoch", "head", "entries": [...], "next"}`.
 */
export async function* slicePieces(store: Store, slice: Slice): AsyncGenerator<Uint8Array> {
  const { oracle, epoch, head, from, maxBytes } = slice;
  const text = JSON.stringify({ oracle, epoch, head });
  yield Buffer.from(`${text.slice(0, -1)},"entries":[`);
  let bytes = 0;
  let sequence = from;
  for await (const { body } of store.query(logPartition(oracle, epoch), { from: numberKey(from) })) {
    const entry = entryText(body);
    if (!entry || (bytes > 0 && bytes + entry.length > maxBytes)) break;
    if (bytes > 0) yield Buffer.from(',');
    yield entry;
    bytes += entry.length;
    sequence++;
  }
  yield Buffer.from(`],"next":${sequence < head.entries ? sequence : null}}`);
}
