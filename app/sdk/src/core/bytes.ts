import { Buffer } from './buffer';
import { FormatError } from './errors';

/** Concatenates the parts into new memory. */
export const concat = (...parts: readonly Uint8Array[]): Uint8Array => concatAll(parts);

/** Like {@link concat}, for more parts than a call can take as arguments. */
export function concatAll(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Whether both hold the same bytes. Not constant-time: for public data only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Encodes a little-endian unsigned integer of 1 to 8 bytes. @throws FormatError `out-of-range` if it doesn't fit */
export function uint(value: bigint, width: number): Uint8Array {
  if (width < 1 || width > 8 || value < 0n || value >> BigInt(8 * width) !== 0n) {
    throw new FormatError('out-of-range', `${value} does not fit an unsigned integer of ${width} bytes`);
  }
  const bytes = new Uint8Array(width);
  for (let i = 0, rest = value; i < width; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

function checked(value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new FormatError('out-of-range', `${value} is not an integer from ${least} to ${most}`);
}

function fixed(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

/** One byte. This and all encoders below are little-endian. @throws FormatError `out-of-range` if the value doesn't fit */
export const u8 = (value: number): Uint8Array => Uint8Array.of(checked(value, 0, 0xff));
/** Two bytes, unsigned. */
export const u16 = (value: number): Uint8Array =>
  fixed(2, (view) => view.setUint16(0, checked(value, 0, 0xffff), true));
/** Four bytes, unsigned. */
export const u32 = (value: number): Uint8Array =>
  fixed(4, (view) => view.setUint32(0, checked(value, 0, 0xffff_ffff), true));
/** Eight bytes, unsigned. */
export const u64 = (value: bigint): Uint8Array => uint(value, 8);
/** Four bytes, two's complement. */
export const i32 = (value: number): Uint8Array =>
  fixed(4, (view) => view.setInt32(0, checked(value, -0x8000_0000, 0x7fff_ffff), true));
/** Eight bytes, two's complement. */
export const i64 = (value: bigint): Uint8Array => {
  if (BigInt.asIntN(64, value) === value) return fixed(8, (view) => view.setBigInt64(0, value, true));
  throw new FormatError('out-of-range', `${value} does not fit a signed integer of 8 bytes`);
};

/** Encodes ASCII text, such as the domain prefixes of signed messages. */
export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Encodes bytes as lower-case hex. */
export const toHex = (bytes: Uint8Array): string => buffer(bytes).toString('hex');

/** Decodes lower-case hex. @throws FormatError `invalid-hex` for anything else, including upper case */
export function fromHex(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/.test(hex)) {
    throw new FormatError('invalid-hex', 'expected lower-case hex of whole bytes');
  }
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** Returns the bytes if there are exactly `length` of them. @throws FormatError `wrong-length` */
export function ofLength(length: number, bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.length === length) return bytes;
  throw new FormatError('wrong-length', `${what} has ${bytes.length} bytes, not ${length}`);
}

/** Returns a `Buffer` over the same memory, for web3.js and Anchor's coder. */
export const buffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);

/** Decodes standard base64; other characters are skipped. */
export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** Returns a string with one character per byte: the fastest key for a map. */
export const toLatin1 = (bytes: Uint8Array): string => buffer(bytes).toString('latin1');
