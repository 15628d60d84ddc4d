import type { GatheredReport, LogEntry, ReportCopy } from '../../../src/domain/types';

/**
 * Returns the distinct reports of any number of logs, with all their copies. Reports are compared by their text, since
 * canonical base64 has one text for the same bytes and other texts are refused later. Neither the order of the logs nor
 * that of their entries affects the outcome.
 */
export function gather(logs: Iterable<{ readonly entries: readonly LogEntry[] }>): GatheredReport[] {
  const found = new Map<string, ReportCopy[]>();
  for (const { entries } of logs) {
    for (const { epoch, received_at: receivedAt, reports } of entries) {
      for (const { report, signature } of reports) {
        const copy = { epoch, signature, receivedAt, count: 1 };
        const copies = found.get(report);
        if (copies) copies.push(copy);
        else found.set(report, [copy]);
      }
    }
  }
  return Array.from(found, ([report, copies]) => ({ report, copies }));
}
