import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { Keypair } from '@solana/web3.js';
import { z } from 'zod';
import { CliError } from './errors';

/** Where Solana's own tools keep the key of whoever uses them. */
export const DEFAULT_KEYPAIR = '~/.config/solana/id.json';

const keypairSchema = z.array(z.int().min(0).max(255)).length(64);

/**
 * A key file of Solana's tools: a JSON array of 64 bytes.
 * @throws CliError `bad-file`, whose message never holds any of its bytes
 */
export function readKeypair(path: string): Keypair {
  try {
    const text = readFileSync(path.replace(/^~(?=\/)/, homedir()), 'utf8');
    return Keypair.fromSecretKey(Uint8Array.from(keypairSchema.parse(JSON.parse(text))));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is none' : 'it is no JSON array of 64 bytes that can be read';
    throw new CliError('bad-file', `--keypair: ${path} is not a Solana key file: ${why}`);
  }
}
