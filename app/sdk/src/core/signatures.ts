import { KeyType } from './device-key';
import { verifyEd25519 } from './ed25519';
import { verifyP256 } from './p256';

/** A signature and everything needed to verify it. */
export interface SignatureCheck {
  /** 0 Ed25519, 1 P-256: see `KeyType`. */
  keyType: number;
  /** 32 bytes for Ed25519, 33 (compressed SEC1) for P-256; `unpackDeviceKey` decodes the registry's 33-byte field. */
  publicKey: Uint8Array;
  message: Uint8Array;
  /** 64 bytes: R and S, or r and s (big-endian). */
  signature: Uint8Array;
}

/** Holds a key: a file, a secure element or a key service. */
export interface Signer {
  /** 32 bytes for Ed25519, 33 for P-256. */
  readonly publicKey: Uint8Array;
  /** Signs the message: 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/**
 * Whether the signature is valid by the strictest rules, which are the same on every machine and on chain. Returns false,
 * and never throws, for anything malformed: wrong lengths, unknown key types, non-canonical encodings.
 */
export function verifySignature({ keyType, publicKey, message, signature }: SignatureCheck): boolean {
  switch (keyType) {
    case KeyType.ed25519:
      return verifyEd25519(publicKey, message, signature);
    case KeyType.p256:
      return verifyP256(publicKey, message, signature);
    default:
      return false;
  }
}
