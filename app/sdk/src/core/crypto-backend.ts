/** An Ed25519 key pair; `secretKey` is seed and public key, 64 bytes, as Solana key files have it. */
export interface Ed25519KeyPair {
  publicKey: Uint8Array;
  secretKey: Uint8Array;
}

/**
 * The primitives that differ by platform. `#crypto` in `package.json` picks one: native code under Node
 * (`node/crypto.ts`), JavaScript elsewhere (`core/crypto.ts`). Both produce the same bytes and accept the same signatures; the
 * committed vectors and property tests check that.
 */
export interface CryptoBackend {
  /** Writes the 32-byte SHA-256 of `data` at `offset` of `target`. */
  sha256Into(target: Uint8Array, offset: number, data: Uint8Array): void;
  /** `seed` has 32 bytes. */
  ed25519KeyPair(seed: Uint8Array): Ed25519KeyPair;
  /** `secretKey` has 64 bytes, seed and public key. */
  ed25519Sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /**
   * Evaluates the equation without cofactor. Refuses keys and R of small order and S at or above the group order.
   * Callers have checked the lengths and that key and R are canonical.
   */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /**
   * Whether 32 bytes encode a point of Edwards25519, canonically or not, as the runtime decides when it derives an address
   * (`decompress` of curve25519-dalek). web3.js takes canonical encodings only.
   */
  isEd25519Point(bytes: Uint8Array): boolean;
  /** Derives the compressed public key, 33 bytes, of a 32-byte scalar. Callers have checked that it is in the group. */
  p256PublicKey(scalar: Uint8Array): Uint8Array;
  /** Returns r and s, 64 bytes; s may be high or low. Callers have checked that the scalar is in the group. */
  p256Sign(message: Uint8Array, scalar: Uint8Array): Uint8Array;
  /** False for a key that isn't a point of the curve. Callers have checked lengths and the ranges of r and s. */
  p256Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}
