import { sha256, toHex } from '@commonwire/sdk/core';
import { type OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import { CliError } from '../errors';
import { datasetFolder } from '../settling/dataset-folder';
import type { Progress } from './progress';

/** Bytes as they are served under a name that should be their hash. */
export interface Served {
  readonly content: Uint8Array;
  /** Their SHA-256, lower-case hex. */
  readonly sha256: string;
}

/** A manifest or part of an epoch's dataset. */
export interface Wanted {
  readonly what: 'manifest' | 'part';
  readonly epoch: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Where that hash stands, in words: who misses the bytes sees who promised them. */
  readonly anchor: string;
}

/**
 * Fetches a manifest or part. Nothing is said of whether it has the hash asked for.
 * @throws CliError `dataset-missing`; OracleRequestError for an oracle that answers nothing of use
 */
export type Download = (wanted: Wanted) => Promise<Served>;

/** Downloads from an oracle, or from a folder that holds parts by their hash; tells how many there were. */
export function downloadFrom(source: OracleClient | string, progress: Progress): Download {
  const folder = typeof source === 'string' ? datasetFolder(source) : undefined;
  let [files, bytes] = [0, 0];
  return async (wanted) => {
    const { epoch, sha256: name } = wanted;
    const reading = folder ? folder(name) : (source as OracleClient).part(epoch, name);
    const content = await reading.catch((error) => {
      throw isMissing(error) ? missing(wanted, source, error) : error;
    });
    files += 1;
    bytes += content.length;
    progress(() => `${files} files of datasets read, ${(bytes / 1e6).toFixed(1)} MB`);
    return { content, sha256: toHex(sha256(content)) };
  };
}

const isMissing = (error: unknown): boolean =>
  error instanceof OracleRequestError
    ? error.status === 404
    : error instanceof CliError && error.code === 'bad-file';

function missing(
  { what, epoch, sha256: name, anchor }: Wanted,
  source: OracleClient | string,
  cause: unknown,
): CliError {
  const [place, next] =
    typeof source === 'string'
      ? [`the folder ${source}`, 'put it there, or name an oracle that has it by --oracle URL']
      : [
          source.url,
          "ask another of the network's oracles by --oracle URL, or name a folder by --dataset DIR",
        ];
  return new CliError(
    'dataset-missing',
    `${place} has no ${what} ${name} of epoch ${epoch}'s dataset (${anchor}): ${next}. ` +
      'What nobody can show, nobody can audit',
    { cause },
  );
}

/** All parts that an epoch's manifest names in these groups, by name. */
export async function downloadParts(
  download: Download,
  epoch: number,
  references: readonly { readonly sha256: string }[],
): Promise<(sha256: string) => Uint8Array> {
  const parts = new Map<string, Uint8Array>();
  for (const { sha256: name } of references) {
    if (parts.has(name)) continue;
    const { content } = await download({
      what: 'part',
      epoch,
      sha256: name,
      anchor: 'named by its manifest',
    });
    parts.set(name, content);
  }
  return (name) => parts.get(name)!;
}
