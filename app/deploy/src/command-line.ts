import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { CommonwireError } from '@commonwire/sdk/core';
import { Connection, Keypair, PublicKey } from '@solana/web3.js';
import { z } from 'zod';

/** A command line, or a file it names, that can't be used. */
export class UsageError extends CommonwireError {
  declare readonly code: 'usage' | 'bad-key-file' | 'unreadable-file';
}

const CLUSTERS: Readonly<Record<string, string>> = {
  localnet: 'http://127.0.0.1:8899',
  devnet: 'https://api.devnet.solana.com',
  testnet: 'https://api.testnet.solana.com',
};

/** Where Solana's and Anchor's tools keep the wallet. */
export const DEFAULT_KEYPAIR = '~/.config/solana/id.json';

const rpcUrl = z.url({ protocol: /^https?$/ });

/** An RPC node by its address or by the name of a public cluster. @throws UsageError */
export function connectTo(url: string | undefined): Connection {
  if (url === undefined)
    throw new UsageError('usage', '--url is missing: localnet, devnet or an RPC address');
  const address = rpcUrl.safeParse(CLUSTERS[url] ?? url);
  if (!address.success) {
    throw new UsageError('usage', `--url: "${url}" is neither localnet, devnet nor an http address`);
  }
  return new Connection(address.data, 'confirmed');
}

/** An address option. @throws UsageError */
export function parseAddress(option: string, text: string): PublicKey {
  try {
    return new PublicKey(text);
  } catch {
    throw new UsageError('usage', `--${option}: "${text}" is not a base58 address`);
  }
}

const keypairSchema = z.array(z.int().min(0).max(255)).length(64);

/**
 * A key file of Solana's tools: a JSON array of 64 bytes.
 * @throws UsageError whose message never holds any of its bytes
 */
export function readKeypair(path: string): Keypair {
  const text = readText(path);
  try {
    return Keypair.fromSecretKey(Uint8Array.from(keypairSchema.parse(JSON.parse(text))));
  } catch {
    throw new UsageError('bad-key-file', `${path} is not a Solana key file: a JSON array of 64 bytes`);
  }
}

/** A JSON file. @throws UsageError */
export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError('unreadable-file', `${path} is not JSON (${(cause as Error).message})`, { cause });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path.replace(/^~(?=\/)/, homedir()), 'utf8');
  } catch (cause) {
    throw new UsageError('unreadable-file', `${path} can't be read (${(cause as Error).message})`, { cause });
  }
}

/** Messages for people: standard error, so that standard output can be one JSON document. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Runs a command line's `main`; a failure becomes one message and exit code 1, for wrong use 2. */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    say(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  });
}
