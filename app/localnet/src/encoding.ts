import bs58 from 'bs58';

/** A 32-byte address (or 64-byte signature) as a string of its raw bytes: cheap to make and to use as a map key. */
export type ByteKey = string;

/** The map key of an address, hash or signature. */
export const toKey = (bytes: Uint8Array): ByteKey =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/** The bytes behind a key. */
export const fromKey = (key: ByteKey): Buffer => Buffer.from(key, 'latin1');

/** Base58 text of bytes. */
export const toBase58 = (bytes: Uint8Array): string => bs58.encode(bytes);

/** Bytes of base58 text; undefined for text that is not base58. */
export const fromBase58 = (text: string): Buffer | undefined => {
  const bytes = bs58.decodeUnsafe(text);
  return bytes && Buffer.from(bytes);
};

/**
 * Bytes of base64 text; undefined for text that is not canonical base64. Node's decoder alone would skip
 * whatever it doesn't know.
 */
export const fromBase64 = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
};

/**
 * JSON text in which a `bigint` is a plain number of any size, as a validator writes its 64-bit integers
 * (`rentEpoch` is 2^64 - 1). Undefined members are left out.
 */
export function toJson(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`);
  return `{${members.join(',')}}`;
}
