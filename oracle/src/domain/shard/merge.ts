/** Merges the runs of a shard. */
import { compareRecords, deviceAt } from '../run';
import type { Copy } from './examine';
import { entryAt, type RunEntry, type ShardRun } from './runs';
import { asBuffer } from './shards';

/** A copy of a report, and where it is: the run and the position in it. */
export type Place = Copy & Pick<RunEntry, 'report'> & { readonly run: number; readonly at: number };

/** The reports of each device in all runs. They are to be read before the next device's. */
export function* byDevice(runs: readonly ShardRun[]): Generator<[number, Iterable<readonly Place[]>]> {
  const open = runs.map((run, i) => new RunReader(run, i));
  for (;;) {
    let index = Number.POSITIVE_INFINITY;
    for (const { device } of open) if (device < index) index = device;
    if (index === Number.POSITIVE_INFINITY) return;
    yield [index, reportsOf(index, open)];
  }
}

/** The reports of a device one by one, by start and hash, each with its copies, so that no more are held. */
function* reportsOf(index: number, open: readonly RunReader[]): Generator<readonly Place[]> {
  for (;;) {
    let next: RunReader[] = [];
    for (const reader of open) {
      if (reader.device !== index) continue;
      const order = next[0] ? reader.compare(next[0]) : -1;
      if (order < 0) next = [reader];
      else if (order === 0) next.push(reader);
    }
    if (next.length === 0) return;
    yield next.length === 1 ? next[0]!.take() : next.flatMap((reader) => reader.take());
  }
}

/** Reads a run entry by entry. */
class RunReader {
  private readonly bytes: Buffer;
  private at = 0;
  private entries = 0;
  /** The device of the entry that is read next; infinite at the end. */
  device: number;

  constructor(
    private readonly source: ShardRun,
    private readonly run: number,
  ) {
    this.bytes = asBuffer(source.bytes);
    this.device = this.deviceThere();
  }

  /** Compares the next entries of two runs, which are of one device, by start and hash. */
  compare(other: RunReader): number {
    return compareRecords(this.bytes, this.at, other.bytes, other.at);
  }

  /** Takes the copies of the next report. A log has one, a dataset's report may stand for several. */
  take(): Place[] {
    const { epoch, verified, copies } = this.source;
    const { bytes, run } = this;
    const taken: Place[] = [];
    for (;;) {
      const { at, device } = this;
      const { report, signature, receivedAt, next } = entryAt(bytes, at);
      const count = copies?.[this.entries] ?? 1;
      taken.push({ report, signature, receivedAt, epoch, count, verified, run, at });
      this.at = next;
      this.entries++;
      this.device = this.deviceThere();
      if (this.device !== device || compareRecords(bytes, at, bytes, next) !== 0) return taken;
    }
  }

  private deviceThere(): number {
    return this.at < this.bytes.length ? deviceAt(this.bytes, this.at) : Number.POSITIVE_INFINITY;
  }
}
