import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** dynalite brings no types; this is what is used of it. */
type Dynalite = (options: { path?: string; createTableMs?: number }) => Server;

/** A DynamoDB-compatible server inside this process, for development and tests. */
export interface EmbeddedDynamo {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts dynalite on a free loopback port. With `path` it keeps its data in that folder (LevelDB, which writes each
 * put through to the operating system before it answers), so that a killed oracle finds everything it acknowledged.
 * One process at a time can hold a folder.
 */
export async function startDynalite(path?: string): Promise<EmbeddedDynamo> {
  const dynalite = require('dynalite') as Dynalite;
  const server = dynalite({ path, createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
