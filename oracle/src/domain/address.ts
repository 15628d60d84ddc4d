import bs58 from 'bs58';
import { DomainError } from './errors';

/** Base58 of a 32-byte address. */
export const toBase58 = (address: Uint8Array): string => bs58.encode(address);

/** The 32 bytes of a base58 address. @throws DomainError `bad-address` */
export function fromBase58(text: string): Uint8Array {
  const bytes = text.length <= 44 ? bs58.decodeUnsafe(text) : undefined;
  if (bytes?.length === 32 && bs58.encode(bytes) === text) return bytes;
  throw new DomainError('bad-address', `${text.slice(0, 60)} is not a base58 address of 32 bytes`);
}
