import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { ed25519KeyPair, equal } from '@commonwire/sdk/core';
import { z } from 'zod';
import { DeviceError } from './errors';

const keyFileSchema = z.array(z.number().int().min(0).max(255)).length(64);

/**
 * Reads the 32-byte seed from a key file: a JSON array of 64 bytes, seed and public key, as Solana's tools write it.
 * @throws DeviceError `usage` if it can't be read or its two halves don't match
 */
export function readKeyFile(file: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(keyFileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (cause) {
    const hint = 'expected a JSON array of 64 bytes; create one with the keygen command';
    throw new DeviceError('usage', `can't read a key from ${file}: ${hint}`, { cause });
  }
  const seed = bytes.slice(0, 32);
  if (equal(ed25519KeyPair(seed).publicKey, bytes.slice(32))) return seed;
  throw new DeviceError(
    'usage',
    `${file}: the public key in its second half does not match the seed in its first`,
  );
}

/**
 * Writes a new random key to `file`, readable only by the user, and returns the public key.
 * @throws DeviceError `usage` if the file exists: device keys are never overwritten
 */
export function createKeyFile(file: string): Uint8Array {
  const { publicKey, secretKey } = ed25519KeyPair(new Uint8Array(randomBytes(32)));
  try {
    writeFileSync(file, `${JSON.stringify([...secretKey])}\n`, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError('usage', `can't write a new key to ${file}: ${why}`, { cause });
  }
  return publicKey;
}
