import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { OPEN } from '../log/batch-log';
import { logPartition, ownPartition } from '../log/records';
import { CURSOR } from '../registry/reader';
import type { DynamoStore, WholeItem } from '../storage/dynamo';
import { parseJson } from '../storage/store';
import { beginRecovery, noteOpenEpoch, RECOVERY } from '../tasks/recover';
import { OracleError } from './errors';

const SUMMARY = 'backup.json';
const PARTS = 'parts';

const summarySchema = z.object({
  version: z.literal(1),
  oracle: z.string(),
  network: z.string(),
  /** Milliseconds of the oracle's clock. */
  at: z.number(),
  items: z.number(),
  parts: z.number(),
  /** The file with the database's items, gzipped lines of JSON, and the SHA-256 of its bytes. */
  file: z.string().regex(/^items-\d+\.ndjson\.gz$/),
  sha256: z.string(),
});

/** What a backup holds. */
export type Backup = z.output<typeof summarySchema>;

/** Whose records a backup holds. */
export interface Owner {
  /** Base58. */
  readonly oracle: string;
  readonly network: string;
}

const lineSchema = z.object({
  p: z.string(),
  s: z.string(),
  b: z.string().optional(),
  v: z.number().optional(),
  n: z.record(z.string(), z.number()).optional(),
});

/**
 * Copies an oracle's records to a folder while it may be running. Another backup in the same folder is replaced once
 * this one is complete; parts that it has already aren't copied again.
 * @param parts the folder of the oracle's parts
 */
export async function backUp(
  store: DynamoStore,
  parts: string,
  to: string,
  { oracle, network }: Owner,
): Promise<Backup> {
  const at = Date.now();
  await mkdir(to, { recursive: true, mode: 0o700 });
  const file = `items-${at}.ndjson.gz`;
  let items = 0;
  const lines = async function* () {
    for await (const item of inSafeOrder(store, oracle)) {
      items++;
      yield `${JSON.stringify(toLine(item))}\n`;
    }
  };
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(join(to, file), { mode: 0o600 }));
  // Whatever the items refer to has been written before them.
  const copied = await copyParts(parts, join(to, PARTS));
  const sha256 = await hashOf(join(to, file));
  const backup: Backup = { version: 1, oracle, network, at, items, parts: copied, file, sha256 };
  await writeDurably(join(to, SUMMARY), `${JSON.stringify(backup, null, 2)}\n`);
  for (const name of await readdir(to)) if (/^items-/.test(name) && name !== file) await rm(join(to, name));
  return backup;
}

/**
 * Reads what points to other items before these, since an oracle writes it after them: then nothing that is pointed to
 * is missing.
 */
async function* inSafeOrder(store: DynamoStore, oracle: string): AsyncIterable<WholeItem> {
  const own = ownPartition(oracle);
  const first = [CURSOR, own];
  const open = await store.get(own, OPEN);
  // What names the lanes of logs that aren't sealed comes before these.
  const { epoch } = open ? (parseJson(open.body) as { epoch: number }) : { epoch: 0 };
  for (const i of open ? [0, 1, 2] : []) first.push(logPartition(oracle, epoch + i));
  for (const partition of first) yield* store.whole(partition);
  for await (const item of store.whole()) if (!first.includes(item.partition)) yield item;
}

/** Reads a backup's summary and checks it. @throws OracleError `bad-backup`, `other-backup` */
export async function readBackup(from: string, { oracle, network }: Owner): Promise<Backup> {
  const bad = (why: string, cause?: unknown) => new OracleError('bad-backup', `${from}: ${why}`, { cause });
  const text = await readFile(join(from, SUMMARY), 'utf8').catch((cause: unknown) => {
    throw bad(`there is no complete backup: ${SUMMARY} can't be read`, cause);
  });
  const parsed = summarySchema.safeParse(jsonOf(text));
  if (!parsed.success) throw bad(`${SUMMARY} is not a summary that this version understands`);
  const backup = parsed.data;
  if (backup.oracle !== oracle || backup.network !== network)
    throw new OracleError(
      'other-backup',
      `${from} is of oracle ${backup.oracle} in network ${backup.network}, not of ${oracle} in ${network}; check key and network`,
    );
  if ((await hashOf(join(from, backup.file)).catch(() => '')) !== backup.sha256)
    throw bad(`${backup.file} is damaged; use another backup`);
  return backup;
}

/**
 * Fills an empty store and folder from a backup. Unless `exact`, the oracle recovers when it starts: it asks its peers
 * for what it signed since, and abstains from the epochs cut so far.
 * @param exact whether the oracle has not run since the backup
 */
export async function restore(
  from: string,
  backup: Backup,
  { store, parts, exact }: { store: DynamoStore; parts: string; exact: boolean },
): Promise<void> {
  const copied = await copyParts(join(from, PARTS), parts);
  if (copied < backup.parts)
    throw new OracleError(
      'bad-backup',
      `${from} has ${copied} parts instead of ${backup.parts}; use another backup`,
    );
  // First of all: an oracle that is started though this was interrupted must not sign either.
  if (!exact) await beginRecovery(store);
  const pointer = { partition: ownPartition(backup.oracle), sort: OPEN };
  let open: number | null = null;
  let items = 0;
  for await (const item of itemsOf(join(from, backup.file))) {
    items++;
    const isPointer = item.partition === pointer.partition && item.sort === pointer.sort;
    if (isPointer && !exact) open = (parseJson(item.body!) as { epoch: number }).epoch;
    // That an earlier recovery is done says nothing of this one.
    else if (exact || item.partition !== RECOVERY) await store.putWhole(item);
  }
  if (items !== backup.items)
    throw new OracleError(
      'bad-backup',
      `${from} has ${items} items instead of ${backup.items}; use another backup`,
    );
  if (open !== null) await noteOpenEpoch(store, open);
}

async function* itemsOf(path: string): AsyncIterable<WholeItem> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) });
  for await (const line of lines) {
    const { p, s, b, v, n } = lineSchema.parse(JSON.parse(line));
    const body = b === undefined ? {} : { body: Buffer.from(b, 'base64'), version: v ?? 1 };
    yield { partition: p, sort: s, counters: n ?? {}, ...body };
  }
}

const toLine = ({ partition, sort, body, version, counters }: WholeItem): z.input<typeof lineSchema> => ({
  p: partition,
  s: sort,
  ...(body && { b: Buffer.from(body).toString('base64'), v: version }),
  ...(Object.keys(counters).length > 0 && { n: counters }),
});

/** Copies the files of a folder of blobs that aren't there yet. @returns how many are there then */
async function copyParts(from: string, to: string): Promise<number> {
  await mkdir(to, { recursive: true });
  const names = await readdir(from, { recursive: true }).catch(() => []);
  let count = 0;
  for (const name of names.filter((one) => one.endsWith('.gz'))) {
    count++;
    const target = join(to, name);
    if (await stat(target).catch(() => undefined)) continue;
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(from, name), `${target}.tmp`);
    await rename(`${target}.tmp`, target);
  }
  return count;
}

async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeFile(temporary, text, { mode: 0o600 });
  const file = await open(temporary, 'r');
  await file.sync();
  await file.close();
  await rename(temporary, path);
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
