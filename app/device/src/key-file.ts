import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { ed25519KeyPair } from '@commonwire/sdk/core';
import { UsageError } from '@commonwire/sdk/node';

/**
 * Writes a new random key to `file`, readable only by the user, and returns the public key.
 * @throws UsageError if the file exists: device keys are never overwritten
 */
export function createKeyFile(file: string): Uint8Array {
  const { publicKey, secretKey } = ed25519KeyPair(new Uint8Array(randomBytes(32)));
  try {
    writeFileSync(file, `${JSON.stringify([...secretKey])}\n`, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it exists, and a key is never overwritten; name another file' : message;
    throw new UsageError(`can't write a new key to ${file}: ${why}`, { cause });
  }
  return publicKey;
}
