import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { syncFolder } from './folder-sync';

/** Most of what is stored is hashes and signatures, which no effort makes shorter. */
const compress = (bytes: Uint8Array): Promise<Buffer> => promisify(gzip)(bytes, { level: 1 });
const decompress = promisify(gunzip);

/** Maximum number of uncompressed bytes of a blob, so that a compressed file can't fill the memory. */
export const MAX_BLOB_BYTES = 256 * 1024 * 1024;

/** Stores immutable bytes gzipped, addressed by the SHA-256 of the uncompressed bytes. */
export interface BlobStore {
  /** Stores bytes and returns their address in lower-case hex. Storing the same bytes again changes nothing. */
  put(bytes: Uint8Array): Promise<string>;
  /** Stores bytes that the caller has hashed and gzipped. Storing the same bytes again changes nothing. */
  putCompressed(sha256: string, compressed: Uint8Array): Promise<void>;
  /** Returns the gzipped bytes at an address as stored, or undefined. */
  getCompressed(sha256: string): Promise<Uint8Array | undefined>;
  /** The same bytes piece by piece, so that whoever passes them on needn't hold them. */
  streamCompressed(sha256: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** The files behind a {@link BlobStore}, by name. Everything else in a store is the same everywhere. */
export interface BlobFiles {
  has(name: string): Promise<boolean>;
  read(name: string): Promise<Uint8Array | undefined>;
  stream(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
}

/** Creates a {@link BlobStore} on top of any storage with named files. */
export function blobStore(files: BlobFiles): BlobStore {
  return {
    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const name = `${sha256}.gz`;
      if (!(await files.has(name))) await files.write(name, await compress(bytes));
      return sha256;
    },
    async putCompressed(sha256, compressed) {
      const name = `${checked(sha256)}.gz`;
      if (!(await files.has(name))) await files.write(name, compressed);
    },
    getCompressed: (sha256) => files.read(`${checked(sha256)}.gz`),
    streamCompressed: (sha256) => files.stream(`${checked(sha256)}.gz`),
  };
}

/**
 * Returns the uncompressed bytes at an address, after checking them against it.
 * @throws Error if the stored bytes don't match the address
 */
export async function readBlob(blobs: BlobStore, sha256: string): Promise<Uint8Array | undefined> {
  const compressed = await blobs.getCompressed(sha256);
  if (!compressed) return undefined;
  const bytes = await decompress(compressed, { maxOutputLength: MAX_BLOB_BYTES });
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new Error(`blob ${sha256} is damaged: its bytes don't match its hash; delete it to fetch it again`);
  return bytes;
}

/** Files in a folder. They are written under a temporary name, synced and renamed, so readers never see half. */
export function folderFiles(folder: string): BlobFiles {
  const path = (name: string) => join(folder, name.slice(0, 2), name);
  return {
    has: async (name) => (await readIfThere(path(name))) !== undefined,
    read: (name) => readIfThere(path(name)),
    stream: (name) => streamIfThere(path(name)),
    async write(name, bytes) {
      const target = path(name);
      await mkdir(dirname(target), { recursive: true });
      const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } catch (error) {
        // What a full disk took of it must not fill it further with each try.
        await rm(temporary, { force: true });
        throw error;
      } finally {
        await file.close();
      }
      await rename(temporary, target);
      await syncFolder(dirname(target));
    },
  };
}

/** Stores blobs in a folder. */
export const folderBlobs = (folder: string): BlobStore => blobStore(folderFiles(folder));

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function streamIfThere(path: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  const stream = createReadStream(path);
  try {
    await once(stream, 'open');
    return stream;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function checked(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`not a lower-case SHA-256: ${sha256}`);
  return sha256;
}
