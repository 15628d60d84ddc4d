import { connect as connectTo, RpcError, reasonOf } from '@commonwire/sdk/core';
import type { Connection } from '@solana/web3.js';
import { CliError } from './errors';

/** Connects to an RPC node, with commitment `confirmed`. @throws CliError `unreachable`; RpcError for its address */
export async function connect(url: string): Promise<Connection> {
  const connection = connectTo(url);
  try {
    await connection.getVersion();
    return connection;
  } catch (cause) {
    const why = cause instanceof RpcError ? cause.message : `the RPC node fails: ${reasonOf(cause)}`;
    throw new CliError('unreachable', `${why}: check --url`, { cause });
  }
}
