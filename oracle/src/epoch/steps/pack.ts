/**
 * Values that steps of a close give each other, as blobs by their hash: JSON, and apart from it the columns. The same value
 * gives the same bytes, so that a step that is repeated stores nothing new.
 */
import { type BlobStore, readBlob } from '../../storage/blobs';

const COLUMNS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f64: Float64Array,
  u64: BigUint64Array,
} as const;
type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array | BigUint64Array;
type ColumnName = keyof typeof COLUMNS;

/** Bytes of a blob of columns at most; a blob may have a few times as many. */
const CHUNK_BYTES = 64 * 1024 * 1024;

/** What JSON has no form for, in a list that begins with this name. */
const TAG = '$';
type Tagged =
  | readonly ['$', 'n', string]
  | readonly ['$', 'infinite', string]
  | readonly ['$', 'map', readonly unknown[]]
  | readonly ['$', 'set', readonly unknown[]]
  | readonly ['$', 'column', ColumnName, number, number];

interface Packed {
  /** Blobs whose bytes, one after another, are the columns'. */
  readonly columns: readonly string[];
  readonly value: unknown;
}

/** Stores a value of plain objects, lists, maps, sets, integers and columns. @returns its address */
export async function putPacked(blobs: BlobStore, value: unknown): Promise<string> {
  const columns: Uint8Array[] = [];
  let length = 0;
  const add = (name: ColumnName, column: Column): Tagged => {
    const from = length;
    columns.push(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    length += column.byteLength;
    return [TAG, 'column', name, from, column.byteLength];
  };
  const json = JSON.stringify(tagged(value, add));
  const stored: string[] = [];
  for (const chunk of chunksOf(columns)) stored.push(await blobs.put(chunk));
  return blobs.put(Buffer.from(`{"columns":${JSON.stringify(stored)},"value":${json}}`));
}

function tagged(value: unknown, add: (name: ColumnName, column: Column) => Tagged): unknown {
  const each = (one: unknown): unknown => tagged(one, add);
  if (typeof value === 'bigint') return [TAG, 'n', `${value}`];
  // JSON would make null of it. The first epoch has no quota.
  if (typeof value === 'number' && !Number.isFinite(value)) return [TAG, 'infinite', `${value}`];
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (value[0] === TAG) throw new TypeError(`a list that begins with ${TAG} can't be packed`);
    return value.map(each);
  }
  if (value instanceof Map) return [TAG, 'map', [...value].map(([key, one]) => [each(key), each(one)])];
  if (value instanceof Set) return [TAG, 'set', [...value].map(each)];
  // A Buffer is a Uint8Array, too.
  for (const [name, type] of Object.entries(COLUMNS))
    if (value instanceof type) return add(name as ColumnName, value);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, each(one)]));
}

/** Cuts bytes into chunks. */
function* chunksOf(all: readonly Uint8Array[]): Generator<Uint8Array> {
  let chunk: Uint8Array[] = [];
  let length = 0;
  for (const bytes of all)
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + CHUNK_BYTES - length);
      chunk.push(part);
      length += part.length;
      from += part.length;
      if (length < CHUNK_BYTES) continue;
      yield Buffer.concat(chunk);
      chunk = [];
      length = 0;
    }
  if (length > 0) yield Buffer.concat(chunk);
}

/** Reads what {@link putPacked} stored. @throws Error if it isn't there, or its bytes don't match their hash */
export async function readPacked<T>(blobs: BlobStore, sha256: string): Promise<T> {
  const { columns, value } = JSON.parse(Buffer.from(await needBlob(blobs, sha256)).toString()) as Packed;
  const chunks: Uint8Array[] = [];
  for (const name of columns) chunks.push(await needBlob(blobs, name));
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return restored(value, bytes) as T;
}

function restored(value: unknown, columns: Uint8Array): unknown {
  const each = (one: unknown): unknown => restored(one, columns);
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, each(one)]));
  if (value[0] !== TAG) return value.map(each);
  const one = value as unknown as Tagged;
  if (one[1] === 'n') return BigInt(one[2]);
  if (one[1] === 'infinite') return Number(one[2]);
  if (one[1] === 'map') return new Map(one[2].map(each) as [unknown, unknown][]);
  if (one[1] === 'set') return new Set(one[2].map(each));
  const [, , name, from, length] = one;
  // A copy: columns of wider numbers begin at multiples of their width.
  return new COLUMNS[name](Uint8Array.from(columns.subarray(from, from + length)).buffer);
}

/** A blob that is there. */
export async function needBlob(blobs: BlobStore, sha256: string): Promise<Uint8Array> {
  const bytes = await readBlob(blobs, sha256);
  if (!bytes) throw new Error(`blob ${sha256}, which a close needs, is not stored`);
  return bytes;
}
