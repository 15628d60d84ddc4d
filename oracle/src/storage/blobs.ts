import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Most bytes one blob may have uncompressed: a compressed file must not be able to fill the memory. */
export const MAX_BLOB_BYTES = 256 * 1024 * 1024;

/** Immutable bytes addressed by the SHA-256 of what they are uncompressed, stored gzipped. */
export interface BlobStore {
  /** Stores bytes and returns their address (lower-case hex). Storing the same bytes again changes nothing. */
  put(bytes: Uint8Array): Promise<string>;
  /** The gzipped bytes at an address, as they are stored, or undefined. */
  getCompressed(sha256: string): Promise<Uint8Array | undefined>;
}

/** Where compressed bytes are kept, by file name; the rest of a {@link BlobStore} is the same everywhere. */
export interface BlobFiles {
  has(name: string): Promise<boolean>;
  read(name: string): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
}

/** A {@link BlobStore} over any place that keeps named files. */
export function blobStore(files: BlobFiles): BlobStore {
  return {
    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const name = `${sha256}.gz`;
      if (!(await files.has(name))) await files.write(name, await compress(bytes));
      return sha256;
    },
    getCompressed: (sha256) => files.read(`${checked(sha256)}.gz`),
  };
}

/**
 * The bytes at an address, uncompressed and checked against it.
 * @throws Error if what is stored isn't what the address says.
 */
export async function readBlob(blobs: BlobStore, sha256: string): Promise<Uint8Array | undefined> {
  const compressed = await blobs.getCompressed(sha256);
  if (!compressed) return undefined;
  const bytes = await decompress(compressed, { maxOutputLength: MAX_BLOB_BYTES });
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new Error(`blob ${sha256} is damaged: its bytes have another hash; delete it to fetch it again`);
  return bytes;
}

/** Blobs in a folder. A file is written under a temporary name, synced and renamed, so that no reader sees half of it. */
export function folderBlobs(folder: string): BlobStore {
  const path = (name: string) => join(folder, name.slice(0, 2), name);
  return blobStore({
    has: async (name) => (await readIfThere(path(name))) !== undefined,
    read: (name) => readIfThere(path(name)),
    async write(name, bytes) {
      const target = path(name);
      await mkdir(dirname(target), { recursive: true });
      const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
    },
  });
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function checked(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`not a lower-case SHA-256: ${sha256}`);
  return sha256;
}
