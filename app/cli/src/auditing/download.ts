import { sha256, toHex } from '@commonwire/sdk/core';
import { type OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import { CliError } from '../errors';
import { datasetFolder } from '../settling/dataset-folder';
import type { Progress } from './progress';

/** A served file. Its name should be its hash, which isn't checked yet. */
export interface Served {
  readonly content: Uint8Array;
  /** The SHA-256 of `content`, lower-case hex. */
  readonly sha256: string;
}

/** A manifest or part of an epoch's dataset, or a page of a log. */
export interface Wanted {
  readonly what: 'manifest' | 'part' | 'page';
  readonly epoch: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Where that hash comes from, for people: if the file is missing, the error says who named it. */
  readonly anchor: string;
}

/**
 * Fetches a manifest, part or page. The caller must compare its hash.
 * @throws CliError `dataset-missing`; OracleRequestError if the oracle's answer is unusable
 */
export type Download = (wanted: Wanted) => Promise<Served>;

/** Downloads from an oracle, or from a folder with files named by their hash, and reports progress. */
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
    progress(() => `${files} dataset files read, ${(bytes / 1e6).toFixed(1)} MB`);
    return { content, sha256: toHex(sha256(content)) };
  };
}

/** Downloads each manifest once; they are small. */
export function rememberManifests(download: Download): Download {
  const known = new Map<string, Promise<Served>>();
  return (wanted) => {
    if (wanted.what !== 'manifest') return download(wanted);
    const before = known.get(wanted.sha256);
    if (before) return before;
    const reading = download(wanted);
    known.set(wanted.sha256, reading);
    return reading;
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
      ? [`the folder ${source}`, 'put it there, or name an oracle that has it with --oracle URL']
      : [
          source.url,
          "ask another of the network's oracles with --oracle URL, or name a folder with --dataset DIR",
        ];
  return new CliError(
    'dataset-missing',
    `${place} has no ${what} ${name} of epoch ${epoch}${what === 'page' ? '' : "'s dataset"} (${anchor}): ${next}. ` +
      'An epoch can be audited only if its dataset is available',
    { cause },
  );
}

/** Downloads the referenced parts of an epoch. @returns a lookup by hash */
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
