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

/** Stands before the digits of an integer that is too long for a number, in a string that nobody else writes. */
const LONG = `${Math.random()}:`;
const LONG_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?[1-9]\d{15,}(?![\d.eE])/g;

/**
 * Reads JSON in which an integer beyond 2^53 becomes a `bigint`: clients in other languages send 64-bit integers.
 *
 * @throws SyntaxError
 */
export function fromJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const marked = text.replace(LONG_INTEGER, (part) => (part.startsWith('"') ? part : `"${LONG}${part}"`));
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(LONG)) return value;
    const integer = BigInt(value.slice(LONG.length));
    const number = Number(integer);
    return Number.isSafeInteger(number) ? number : integer;
  });
}

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
