import { isCommitted, type ListedLogs, type Manifest, runsToVerify } from '@commonwire/oracle/domain';
import { type OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import { CliError } from '../errors';
import type { Download } from './download';

/**
 * Downloads a shard's runs from the logs that a manifest lists. That an oracle serves no such log, or another one, says
 * nothing against the dataset.
 * @throws CliError `log-missing`, and whatever `download` throws
 */
export async function downloadLogs(
  oracle: OracleClient,
  manifest: Manifest,
  shard: number,
  download: Download,
): Promise<ListedLogs> {
  const pages = new Map<string, Uint8Array>();
  const runs: ListedLogs['runs'][number][] = [];
  for (const head of manifest.logs) {
    const { epoch } = head;
    const missing = (what: string, cause?: unknown) =>
      new CliError(
        'log-missing',
        `${oracle.url} serves ${what} of ${head.oracle} for epoch ${epoch}, which the manifest lists: ` +
          "ask another of the network's oracles with --oracle URL, or take the reports as the dataset has them with --dataset DIR",
        { cause },
      );
    const log = await oracle.log(epoch, { oracle: head.oracle }).catch((error: unknown) => {
      throw error instanceof OracleRequestError && error.status === 404 ? missing('no log', error) : error;
    });
    if (!isCommitted({ head, runs: log.runs })) throw missing('another log than that');
    runs.push(log.runs);
    for (const name of runsToVerify(manifest, shard, log.runs).flatMap((run) => run.pages)) {
      const anchor = `in the log of ${head.oracle}`;
      const { content } = await download({ what: 'page', epoch, sha256: name, anchor });
      pages.set(name, content);
    }
  }
  return { runs, page: (name) => pages.get(name)! };
}
