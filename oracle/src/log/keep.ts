import type { Oracle } from '../runtime/oracle';
import { takeLease } from '../storage/lease';
import { timeOf } from './lane';
import { entryOf, lanePartition, lanesOf, sealedLog } from './records';

const DAY_MS = 86_400_000;

/**
 * How long DynamoDB keeps what is written to a lane. It is needed until the epoch is sealed, which takes minutes, and hours
 * after an outage; from then on the runs have its reports. 90 days leave time to look into a dispute about the order of
 * arrival.
 */
export const LANES_KEPT_MS = 90 * DAY_MS;
/** The age from which the lanes of an epoch that still isn't sealed are written again, so that they stay. */
const RENEWED_MS = LANES_KEPT_MS / 3;
/** Items that are written at once. */
const WRITES = 16;

/** When an item expires, unix seconds; undefined: never. Only the entries of lanes do. */
export const expiryOf =
  (now: () => number) =>
  (partition: string): number | undefined =>
    /^log:[^:]+:\d+:/.test(partition) ? Math.floor((now() + LANES_KEPT_MS) / 1000) : undefined;

/** Writes lanes again, once a day, that would expire although their epoch isn't sealed, as while a network is paused. */
export async function keepUnsealed(oracle: Oracle, until: number): Promise<void> {
  const { store, address } = oracle;
  const { current, latestCut } = await oracle.chain.readNetwork('final');
  for (let epoch = current.epoch + 1; epoch <= latestCut.epoch + 1; epoch++) {
    if (await sealedLog(store, address, epoch)) continue;
    for (const lane of await lanesOf(store, address, epoch))
      await keep(oracle, lanePartition(address, epoch, lane), until);
  }
}

async function keep({ store, now }: Oracle, partition: string, until: number): Promise<void> {
  let received: number | undefined;
  for await (const oldest of store.query(partition, { limit: 1 })) {
    const entry = entryOf(oldest);
    received = entry && timeOf(entry);
  }
  if (received === undefined || now() - received < RENEWED_MS) return;
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
