import { readEntry, type SignedReport } from '../../src/domain';
import { laneEntries, lanesOf } from '../../src/log/records';
import type { Store } from '../../src/storage/store';

/** The reports in the lanes of an oracle's log, lane by lane as they were received. */
export async function storedReports(store: Store, oracle: string, epoch: number): Promise<SignedReport[]> {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const reports: SignedReport[] = [];
  for (const lane of await lanesOf(store, oracle, epoch))
    for await (const entry of laneEntries(store, oracle, epoch, lane))
      for (const { bytes, signature } of readEntry(entry))
        reports.push({ report: base64(bytes), signature: base64(signature) });
  return reports;
}
