import { Keypair } from '@solana/web3.js';
import * as z from 'zod';
import { equal } from '../core/bytes';
import { ed25519KeyPair } from '../core/ed25519';
import { FileError, readText } from './files';

/** Where Solana's and Anchor's tools keep the wallet. */
export const DEFAULT_KEYPAIR = '~/.config/solana/id.json';

/** A text that isn't a key file's. The message never holds any of its bytes. */
export class KeyFileError extends FileError {
  declare readonly code: 'bad-key-file';

  constructor(message: string) {
    super('bad-key-file', message);
  }
}

const bytes = z.array(z.int().min(0).max(255)).length(64);

/** The key pair in a file of Solana's tools. @throws FileError `unreadable-file`, KeyFileError */
export const readKeypair = (path: string): Keypair => parseKeypair(readText(path), path);

/**
 * The key pair that a key file's text states: a JSON array of 64 bytes, seed and public key.
 * @param name says in errors where the text came from
 * @throws KeyFileError if it is malformed or its halves don't belong together
 */
export function parseKeypair(text: string, name: string): Keypair {
  const secretKey = parseBytes(text);
  if (!secretKey) throw new KeyFileError(`${name} is not a Solana key file: a JSON array of 64 bytes`);
  const { publicKey } = ed25519KeyPair(secretKey.subarray(0, 32));
  if (!equal(publicKey, secretKey.subarray(32)))
    throw new KeyFileError(`${name} is damaged: its public key is not that of its secret key`);
  return Keypair.fromSecretKey(secretKey);
}

function parseBytes(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(bytes.parse(JSON.parse(text)));
  } catch {
    return undefined;
  }
}
