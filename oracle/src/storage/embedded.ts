import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OracleError } from '../runtime/errors';
import { startDynalite } from './dynalite';
import { FolderSync, syncFolder } from './folder-sync';

/** A database in an oracle's folder. */
export interface FolderDatabase {
  readonly endpoint: string;
  /** Resolves once everything that it has answered is on disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

const databaseOf = (data: string): string => join(data, 'dynamo');
/** The most milliseconds that a database on this machine may take to answer. */
const ANSWER_MS = 5_000;

/** Tells other commands where the running oracle's database is: only one process can open its files. */
const endpointOf = (data: string): string => join(data, 'database-endpoint');

/**
 * Opens the database in an oracle's folder, creating it if it isn't there.
 * @throws OracleError `folder-in-use` if an oracle is running on it
 */
export async function openDatabase(data: string): Promise<FolderDatabase> {
  const running = await runningAt(data);
  if (running)
    throw new OracleError(
      'folder-in-use',
      `another process, at ${running}, uses the database in ${data}; stop it first, or name another folder in COMMONWIRE_DATA`,
    );
  await mkdir(databaseOf(data), { recursive: true });
  const embedded = await startDynalite(databaseOf(data));
  const { endpoint } = embedded;
  await writeFile(endpointOf(data), endpoint, { mode: 0o600 });
  const disk = new FolderSync(databaseOf(data));
  return {
    endpoint,
    sync: () => disk.sync(),
    async close() {
      await disk.close();
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
      const disk = new FolderSync(path);
      await disk.sync();
      await disk.close();
      await embedded.stop();
      await rename(path, databaseOf(data));
      await syncFolder(data);
    },
    async discard() {
      await embedded.stop();
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** The databases that functions of one process share, by folder. Each function is a bundle with modules of its own. */
const SHARED = Symbol.for('commonwire.databases');
type Shared = { [SHARED]?: Map<string, Promise<FolderDatabase>> };

/** Uses the database of whoever has opened this folder, in this process or another one, or else opens it. */
export async function joinDatabase(data: string): Promise<FolderDatabase> {
  const shared = globalThis as Shared;
  shared[SHARED] ??= new Map();
  const opened = shared[SHARED].get(data);
  const joined = ({ endpoint }: { endpoint: string }) => {
    const disk = new FolderSync(databaseOf(data));
    return { endpoint, sync: () => disk.sync(), close: () => disk.close() };
  };
  if (opened) return joined(await opened);
  const opening = runningAt(data).then((endpoint) => (endpoint ? joined({ endpoint }) : openDatabase(data)));
  shared[SHARED].set(data, opening);
  opening.catch(() => shared[SHARED]?.delete(data));
  return opening;
}

/** The endpoint of the process that has the folder's database open, or undefined. */
async function runningAt(data: string): Promise<string | undefined> {
  const endpoint = await readFile(endpointOf(data), 'utf8').catch(() => undefined);
  if (endpoint === undefined) return undefined;
  const answer = await fetch(endpoint, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => undefined);
  // After a crash the port may be somebody else's.
  return answer?.headers.has('x-amzn-requestid') ? endpoint : undefined;
}
