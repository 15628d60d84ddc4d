import { CommonwireError } from '@commonwire/sdk/core';
import { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';

/** A command line, or a file it names, that can't be used. */
export class UsageError extends CommonwireError {
  declare readonly code: 'usage' | 'unreadable-file';
}

const CLUSTERS: Readonly<Record<string, string>> = {
  localnet: 'http://127.0.0.1:8899',
  devnet: 'https://api.devnet.solana.com',
  testnet: 'https://api.testnet.solana.com',
};

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
