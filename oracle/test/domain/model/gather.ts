import { readPage } from '../../../src/domain/run';
import type { GatheredReport, Log, ReportCopy } from '../../../src/domain/types';

/**
 * Returns the distinct reports of any number of logs, with all their copies. The order of the logs doesn't affect the
 * outcome.
 */
export function gather(logs: Iterable<Log>): GatheredReport[] {
  const found = new Map<string, ReportCopy[]>();
  for (const { head, runs } of logs)
    for (const page of runs.flatMap(({ pages }) => pages))
      for (const { bytes, signature, receivedAt } of readPage(page)) {
        const report = text(bytes);
        const copy = { epoch: head.epoch, signature: text(signature), receivedAt, count: 1 };
        const copies = found.get(report);
        if (copies) copies.push(copy);
        else found.set(report, [copy]);
      }
  return Array.from(found, ([report, copies]) => ({ report, copies }));
}

const text = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('base64');
