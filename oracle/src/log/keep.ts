import type { Oracle } from '../runtime/oracle';
import { takeLease } from '../storage/lease';
import { first } from '../storage/store';
import { logPartition, toRecord } from './records';

const DAY_MS = 86_400_000;

/**
 * How long DynamoDB keeps what is written to a log. Once its epoch is promoted the dataset has the reports; the log serves
 * peers that were away, for up to eight epochs, and devices that prove by a receipt that a report was dropped: 90 days
 * are longer than anybody takes for that, and cost less than a tenth of writing it.
 */
export const LOG_KEPT_MS = 90 * DAY_MS;
/** The age from which the log of an epoch that still isn't promoted is written again, so that it stays. */
const RENEWED_MS = LOG_KEPT_MS / 3;
/** Items that are written at once. */
const WRITES = 16;

/** When an item expires, unix seconds; undefined: never. Only logs of an epoch do. */
export const expiryOf =
  (now: () => number) =>
  (partition: string): number | undefined =>
    /^log:[^:]+:\d+$/.test(partition) ? Math.floor((now() + LOG_KEPT_MS) / 1000) : undefined;

/** Writes logs again, once a day, that would expire although their epoch isn't promoted, as while a network is paused. */
export async function keepUnpromoted(oracle: Oracle, until: number): Promise<void> {
  const { current, latestCut, committee } = await oracle.chain.readNetwork('final');
  for (let epoch = current.epoch + 1; epoch <= latestCut.epoch + 1; epoch++)
    for (const member of new Set([oracle.address, ...committee.keys]))
      await keep(oracle, member, epoch, until);
}

async function keep({ store, now }: Oracle, member: string, epoch: number, until: number): Promise<void> {
  const partition = logPartition(member, epoch);
  const oldest = await first(store, partition, {});
  const record = oldest && toRecord(oldest);
  if (!record || !('entry' in record) || now() - record.entry.received_at < RENEWED_MS) return;
  // It is never released: a day has to pass.
  const lease = { owner: 'keep', now: now(), until: now() + DAY_MS };
  if (!(await takeLease(store, `keep:${partition}`, lease))) return;
  let writes: Promise<unknown>[] = [];
  for await (const { sort, version, body } of store.query(partition)) {
    writes.push(store.replace(partition, sort, version, body));
    if (writes.length === WRITES) {
      await Promise.all(writes);
      writes = [];
    }
    if (now() >= until) break;
  }
  await Promise.all(writes);
}
