import bs58 from 'bs58';
import { DomainError } from './errors';

/**
 * Texts of addresses that were converted once, for as long as their bytes are held: a conversion takes some 6 µs, and a
 * dataset names each owner twice. Nothing alters an address in place.
 */
const texts = new WeakMap<Uint8Array, string>();

/** Base58 of a 32-byte address. */
export function toBase58(address: Uint8Array): string {
  const known = texts.get(address);
  if (known !== undefined) return known;
  // The codec appends letter by letter, which leaves a tree of 44 pieces; through a Buffer it becomes one string.
  const text = Buffer.from(bs58.encode(address), 'latin1').toString('latin1');
  texts.set(address, text);
  return text;
}

/** The 32 bytes of a base58 address, which has no other text. @throws DomainError `bad-address` */
export function fromBase58(text: string): Uint8Array {
  const bytes = text.length <= 44 ? bs58.decodeUnsafe(text) : undefined;
  if (bytes?.length !== 32)
    throw new DomainError('bad-address', `${text.slice(0, 60)} is not a base58 address of 32 bytes`);
  texts.set(bytes, text);
  return bytes;
}
