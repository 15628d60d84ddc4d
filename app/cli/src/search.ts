import { codeOf, nodeOf } from '@commonwire/sdk/core';
import type { Connection } from '@solana/web3.js';
import { CliError } from './errors';

/**
 * Runs a search over all accounts of a program, which many nodes refuse.
 * @param what such as `assets` @param instead the next step @throws CliError `search-refused`
 */
export async function searching<T>(
  connection: Connection,
  what: string,
  instead: string,
  search: () => Promise<T>,
): Promise<T> {
  try {
    return await search();
  } catch (cause) {
    if (codeOf(cause, 'rpc-failed') !== 'rpc-failed') throw cause;
    throw new CliError(
      'search-refused',
      `RPC node ${nodeOf(connection)} does not search for ${what}: ${instead}`,
      { cause },
    );
  }
}
