import { type OracleClient, sha256, toHex } from '@commonwire/sdk';
import { datasetFolder } from '../settling/dataset-folder';
import type { Progress } from './progress';

/** Bytes as they are served under a name that should be their hash. */
export interface Served {
  readonly content: Uint8Array;
  /** Their SHA-256, lower-case hex. */
  readonly sha256: string;
}

/** Fetches a manifest or part of an epoch. Nothing is said of whether it has the hash asked for. */
export type Download = (epoch: number, sha256: string) => Promise<Served>;

/** Downloads from an oracle, or from a folder that holds parts by their hash; tells how many there were. */
export function downloadFrom(source: OracleClient | string, progress: Progress): Download {
  const folder = typeof source === 'string' ? datasetFolder(source) : undefined;
  let [files, bytes] = [0, 0];
  return async (epoch, name) => {
    const content = folder ? await folder(name) : await (source as OracleClient).part(epoch, name);
    files += 1;
    bytes += content.length;
    progress(() => `${files} files of datasets read, ${(bytes / 1e6).toFixed(1)} MB`);
    return { content, sha256: toHex(sha256(content)) };
  };
}

/** All parts that a manifest names in these groups, by name. */
export async function downloadParts(
  download: Download,
  epoch: number,
  references: readonly { readonly sha256: string }[],
): Promise<(sha256: string) => Uint8Array> {
  const parts = new Map<string, Uint8Array>();
  for (const { sha256: name } of references)
    if (!parts.has(name)) parts.set(name, (await download(epoch, name)).content);
  return (name) => parts.get(name)!;
}
