import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LevelGuard } from './level-guard';

/** dynalite has no types; this covers what is used here. */
type Dynalite = (options: { path?: string; createTableMs?: number }) => Server;

/** A DynamoDB-compatible server inside this process, for development and tests. */
export interface EmbeddedDynamo {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts dynalite on a free loopback port. With `path` it stores its data in that folder with LevelDB, which hands each
 * put to the operating system before it answers, so a killed oracle finds everything it acknowledged; after a power cut
 * only what was synced since. Only one process at a time can use a folder.
 */
export async function startDynalite(path?: string): Promise<EmbeddedDynamo> {
  const dynalite = require('dynalite') as Dynalite;
  const guard = path === undefined ? undefined : LevelGuard.of(path);
  const server = dynalite({ path, createTableMs: 0 });
  guard?.attend(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          guard?.release();
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
