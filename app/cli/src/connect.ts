import { Connection } from '@solana/web3.js';
import { CliError } from './errors';

/** Connects to an RPC node, with commitment `confirmed`. @throws CliError `unreachable` */
export async function connect(url: string): Promise<Connection> {
  const connection = new Connection(url, 'confirmed');
  try {
    await connection.getVersion();
    return connection;
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new CliError('unreachable', `no RPC node answers at ${url} (${reason}): check --rpc`, { cause });
  }
}
