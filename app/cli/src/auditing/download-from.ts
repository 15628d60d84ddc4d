import { sha256, toHex } from '@commonwire/sdk/core';
import { type OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import { CliError } from '../errors';
import { datasetFolder } from '../settling/dataset-folder';
import type { Download, Wanted } from './download';
import type { Progress } from './progress';

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
