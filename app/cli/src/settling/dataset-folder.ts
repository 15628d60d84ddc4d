import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CliError } from '../errors';

/**
 * Returns a reader of dataset files in a folder. They are named by their SHA-256 and plain or gzipped, either directly in
 * the folder or in the layout that oracles use.
 */
export const datasetFolder =
  (folder: string) =>
  async (sha256: string): Promise<Uint8Array> => {
    for (const path of [join(folder, sha256), join(folder, sha256.slice(0, 2), sha256)]) {
      const bytes = await readIfThere(path);
      if (bytes) return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    }
    throw new CliError(
      'bad-file',
      `--dataset: ${folder} has no file ${sha256}, which is part of the dataset`,
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
