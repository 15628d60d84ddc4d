/** The part of sodium-native (libsodium) used here; the package ships no types. */
declare module 'sodium-native' {
  /** Fills the 32-byte public and 64-byte secret key of a 32-byte seed. */
  export function crypto_sign_seed_keypair(
    publicKey: Uint8Array,
    secretKey: Uint8Array,
    seed: Uint8Array,
  ): void;
  /** Fills the 64-byte Ed25519 signature of the message. */
  export function crypto_sign_detached(
    signature: Uint8Array,
    message: Uint8Array,
    secretKey: Uint8Array,
  ): void;
  /** Whether the signature holds. Throws for lengths other than 64 and 32. */
  export function crypto_sign_verify_detached(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
  ): boolean;
  /** Writes the sum of two points to `sum`. Throws unless both are on the curve, whatever their order. */
  export function crypto_core_ed25519_add(sum: Uint8Array, a: Uint8Array, b: Uint8Array): void;
}
