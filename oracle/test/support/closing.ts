import {
  type CloseInput,
  type CloseResult,
  close,
  type Log,
  type MarketAccounts,
  type Run,
  referTo,
  type SealedLog,
} from '../../src/domain';
import type { Closing } from '../../src/epoch/shards/close-epoch';
import { readPages } from '../../src/log/pages';
import type { Oracle } from '../../src/runtime/oracle';
import { type Closable, closeInputOf } from '../../src/tasks/close';

/** Logs with their bytes. @throws OracleError `log-not-found` */
export async function loadLogs(oracle: Oracle, logs: readonly SealedLog[]): Promise<Log[]> {
  const loaded: Log[] = [];
  for (const log of logs) {
    const runs: Run[] = [];
    for (const run of log.runs) runs.push({ ...run, pages: await readPages(oracle, log, run) });
    loaded.push({ head: log.head, runs });
  }
  return loaded;
}

/** Closes the epoch with these logs in memory, without side effects. @throws DomainError */
export const closeWith = (
  oracle: Oracle,
  due: Closable,
  logs: readonly Log[],
  markets: readonly MarketAccounts[] = [],
): CloseResult => close(closeInputOf(oracle, due, logs, markets));

/** Stores a dataset as an oracle does: its parts first. */
export async function storeDataset(
  { blobs }: Oracle,
  { parts, manifestBytes }: Pick<CloseResult, 'parts' | 'manifestBytes'>,
): Promise<void> {
  for (const { bytes } of parts) await blobs.put(bytes);
  await blobs.put(manifestBytes);
}

/** The input of a close as an oracle has it, whose logs' pages are read one run after another. */
export function inPages(input: CloseInput): {
  sealed: CloseInput<SealedLog>;
  pages: Closing['pages'];
} {
  const found = new Map<string, Uint8Array>();
  const logs = input.logs.map(({ head, runs }) => {
    const references = runs.map(referTo);
    for (const [i, { pages }] of references.entries())
      for (const [j, name] of pages.entries()) found.set(name, runs[i]!.pages[j]!);
    return { head, runs: references };
  });
  return { sealed: { ...input, logs }, pages: async (_, run) => run.pages.map((name) => found.get(name)!) };
}
