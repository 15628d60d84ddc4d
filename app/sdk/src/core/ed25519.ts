import * as sodium from 'sodium-native';
import { ofLength } from './bytes';

/** An Ed25519 key pair; `secretKey` is seed and public key, 64 bytes, as Solana key files have it. */
export interface Ed25519KeyPair {
  publicKey: Uint8Array;
  secretKey: Uint8Array;
}

/** The key pair of a 32-byte seed. @throws FormatError `wrong_length` */
export function ed25519KeyPair(seed: Uint8Array): Ed25519KeyPair {
  const pair = { publicKey: new Uint8Array(32), secretKey: new Uint8Array(64) };
  sodium.crypto_sign_seed_keypair(pair.publicKey, pair.secretKey, ofLength(32, seed, 'a seed'));
  return pair;
}

/** The 64-byte signature of a message by a 32-byte seed or a key pair. @throws FormatError `wrong_length` */
export function signEd25519(message: Uint8Array, key: Uint8Array | Ed25519KeyPair): Uint8Array {
  const { secretKey } = key instanceof Uint8Array ? ed25519KeyPair(key) : key;
  const signature = new Uint8Array(64);
  sodium.crypto_sign_detached(signature, message, ofLength(64, secretKey, 'a secret key'));
  return signature;
}

/**
 * Strict verification, the same as of the chain's Ed25519 precompile (`verify_strict` of ed25519-dalek): the equation
 * without cofactor, S below the group order, neither key nor R of small order.
 *
 * libsodium (1.0.21) does all of that and refuses non-canonical keys. Added here: the lengths, since sodium-native
 * ignores what follows the 64 bytes of a signature, and that R is canonical, which libsodium doesn't ask.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  if (!isCanonicalPoint(publicKey, 0) || !isCanonicalPoint(signature, 0)) return false;
  return sodium.crypto_sign_verify_detached(signature, message, publicKey);
}

/** Whether the encoded y, without the sign bit of x, is below p = 2^255 - 19. */
function isCanonicalPoint(bytes: Uint8Array, offset: number): boolean {
  if (((bytes[offset + 31] as number) & 0x7f) !== 0x7f) return true;
  for (let i = 30; i > 0; i--) if (bytes[offset + i] !== 0xff) return true;
  return (bytes[offset] as number) < 0xed;
}
