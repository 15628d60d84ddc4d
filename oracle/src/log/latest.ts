import { type LoggedReport, readEntry } from '../domain';
import { numberKey, type Store } from '../storage/store';
import { entryOf, lanePartition, lanesOf } from './records';

/** Items of a lane that are read at once: there may be many lanes, and little is read of most. */
const READ_AT_ONCE = 8;

/** An entry of a lane. */
export interface LatestEntry {
  readonly epoch: number;
  readonly lane: string;
  readonly sequence: number;
  readonly reports: readonly LoggedReport[];
}

/**
 * The entries of an epoch's lanes, latest first, lane by lane as they were received.
 * @param known how many entries of a lane are left out, by its name
 */
export async function* latestEntries(
  store: Store,
  oracle: string,
  epoch: number,
  known: ReadonlyMap<string, number>,
): AsyncGenerator<LatestEntry> {
  const lanes = await lanesOf(store, oracle, epoch);
  const open = lanes.map((lane) => backwards(store, oracle, epoch, lane, known.get(lane) ?? 0));
  const next = await Promise.all(open.map((lane) => lane.next()));
  for (;;) {
    let last = -1;
    for (const [i, { done, value }] of next.entries())
      if (!done && (last < 0 || timeOf(value) > timeOf(next[last]!.value as LatestEntry))) last = i;
    if (last < 0) return;
    yield next[last]!.value as LatestEntry;
    next[last] = await open[last]!.next();
  }
}

const timeOf = ({ reports }: LatestEntry): number => reports[0]?.receivedAt ?? 0;

async function* backwards(
  store: Store,
  oracle: string,
  epoch: number,
  lane: string,
  known: number,
): AsyncGenerator<LatestEntry, undefined> {
  const partition = lanePartition(oracle, epoch, lane);
  const from = numberKey(known);
  for (let to: string | undefined; ; ) {
    const range = { from, ...(to !== undefined && { to }), descending: true, limit: READ_AT_ONCE };
    let last: number | undefined;
    for await (const item of store.query(partition, range)) {
      last = Number(item.sort);
      const entry = entryOf(item);
      if (entry) yield { epoch, lane, sequence: last, reports: [...readEntry(entry)] };
    }
    if (last === undefined || last <= known) return undefined;
    to = numberKey(last - 1);
  }
}
