import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OracleError } from '../runtime/errors';
import { startDynalite } from './dynalite';

/** A database in an oracle's folder. */
export interface FolderDatabase {
  readonly endpoint: string;
  close(): Promise<void>;
}

const databaseOf = (data: string): string => join(data, 'dynamo');
/** Tells other commands where the running oracle's database is: only one process can open its files. */
const endpointOf = (data: string): string => join(data, 'database-endpoint');

/** Opens the database in an oracle's folder, creating it if it isn't there. */
export async function openDatabase(data: string): Promise<FolderDatabase> {
  await mkdir(databaseOf(data), { recursive: true });
  const embedded = await startDynalite(databaseOf(data));
  const { endpoint } = embedded;
  await writeFile(endpointOf(data), endpoint, { mode: 0o600 });
  return {
    endpoint,
    async close() {
      await rm(endpointOf(data), { force: true });
      await embedded.stop();
    },
  };
}

/** A database that is being filled. It takes its place only when it is complete, so that no oracle starts with half. */
export interface NewDatabase {
  readonly endpoint: string;
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/** Creates the database of an oracle's folder. @throws OracleError `not-empty` if there is one */
export async function newDatabase(data: string): Promise<NewDatabase> {
  const there = await readdir(databaseOf(data)).catch(() => []);
  if (there.length > 0)
    throw new OracleError(
      'not-empty',
      `${data} has the records of an oracle; name a new folder in COMMONWIRE_DATA`,
    );
  const path = join(data, 'dynamo-incomplete');
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  const embedded = await startDynalite(path);
  return {
    endpoint: embedded.endpoint,
    async keep() {
      await embedded.stop();
      await rename(path, databaseOf(data));
    },
    async discard() {
      await embedded.stop();
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Uses the database of the oracle that runs on this folder, or opens it if none does. */
export async function joinDatabase(data: string): Promise<FolderDatabase> {
  const endpoint = await readFile(endpointOf(data), 'utf8').catch(() => undefined);
  const answers =
    endpoint &&
    (await fetch(endpoint).then(
      () => true,
      () => false,
    ));
  return endpoint && answers ? { endpoint, close: async () => undefined } : openDatabase(data);
}
