import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CliError } from '../errors';

/** A dataset's parts in a folder by their SHA-256: plain or gzipped, all beside each other or as oracles keep them. */
export const datasetFolder =
  (folder: string) =>
  async (sha256: string): Promise<Uint8Array> => {
    for (const path of [join(folder, sha256), join(folder, sha256.slice(0, 2), sha256)]) {
      const bytes = await readIfThere(path);
      if (bytes) return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    }
    throw new CliError(
      'bad-file',
      `--dataset: ${folder} has no file ${sha256}: it lacks a part of the dataset`,
    );
  };

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
