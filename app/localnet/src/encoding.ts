import bs58 from 'bs58';

/** The raw bytes of an address or signature as a string, which is cheap to make and to use as a map key. */
export type ByteKey = string;

/** Returns the map key of an address, hash or signature. */
export const toKey = (bytes: Uint8Array): ByteKey =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/** Returns the bytes of a key. */
export const fromKey = (key: ByteKey): Buffer => Buffer.from(key, 'latin1');

/** Encodes bytes as base58. */
export const toBase58 = (bytes: Uint8Array): string => bs58.encode(bytes);

/** Decodes base58; undefined for invalid text. */
export const fromBase58 = (text: string): Buffer | undefined => {
  const bytes = bs58.decodeUnsafe(text);
  return bytes && Buffer.from(bytes);
};

/**
 * Decodes base64; undefined for text that isn't canonical base64. Node's decoder alone would skip unknown characters.
 */
export const fromBase64 = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
};

/**
 * Formats JSON in which a `bigint` is a plain number of any size, as validators write 64-bit integers (`rentEpoch` is
 * 2^64 - 1). Omits undefined members.
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
