import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { Keypair } from '@solana/web3.js';
import { z } from 'zod';
import { CommonwireError } from '../core/errors';

/** Where Solana's and Anchor's tools keep the wallet. */
export const DEFAULT_KEYPAIR = '~/.config/solana/id.json';

/** A key file that is missing or isn't one. The message never holds any of its bytes. */
export class KeyFileError extends CommonwireError {
  declare readonly code: 'unreadable-file' | 'bad-key-file';
}

const keypairSchema = z.array(z.int().min(0).max(255)).length(64);

/** The key pair in a file of Solana's tools: a JSON array of 64 bytes, seed and public key. @throws KeyFileError */
export function readKeypair(path: string): Keypair {
  const text = readText(path);
  try {
    return Keypair.fromSecretKey(Uint8Array.from(keypairSchema.parse(JSON.parse(text))));
  } catch {
    throw new KeyFileError('bad-key-file', `${path} is not a Solana key file: a JSON array of 64 bytes`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path.replace(/^~(?=\/)/, homedir()), 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new KeyFileError('unreadable-file', `key file ${path} can't be read: ${why}`);
  }
}
