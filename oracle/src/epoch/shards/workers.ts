/** Who judges and writes the shards of a close: this thread, or several others. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  contextOf,
  type Judged,
  judge,
  type Plan,
  type Reduction,
  type ShardRun,
  type Written,
  write,
} from '../../domain/index';

/** Stores a part by the hash of its uncompressed bytes. */
export type KeepPart = (sha256: string, compressed: Uint8Array) => Promise<void>;

/** Reads the runs of a shard. */
export type ReadRuns = (shard: number) => Promise<readonly ShardRun[]>;

/** What to write of a shard that was judged. */
export interface WriteRequest {
  readonly shard: number;
  readonly judged: Judged;
  readonly reduction: Reduction;
}

export interface ShardWorkers {
  /** Judges the first `count` shards. @returns the outcomes in the order of the shards */
  judge(count: number, read: ReadRuns): Promise<Judged[]>;
  /** Writes shards. Every part has been kept once this resolves. */
  write(requests: readonly WriteRequest[], read: ReadRuns, keep: KeepPart): Promise<Written[]>;
  stop(): Promise<void>;
}

/** How parts are compressed: higher levels take several times as long for a tenth less, more memory a tenth less time. */
export const GZIP = { level: 1, memLevel: 9 };

const compress = promisify(gzip);

/** Compresses and keeps a part that is at hand. */
export const keepPart = async (keep: KeepPart, part: { sha256: string; bytes: Uint8Array }): Promise<void> =>
  keep(part.sha256, await compress(part.bytes, GZIP));

/** Judges and writes in this thread. */
export function localWorkers(plan: Plan): ShardWorkers {
  const context = contextOf(plan);
  return {
    async judge(count, read) {
      const all: Judged[] = [];
      for (let shard = 0; shard < count; shard++) all.push(judge(context, await read(shard)));
      return all;
    },
    async write(requests, read, keep) {
      const all: Written[] = [];
      for (const { shard, judged, reduction } of requests) {
        const writing = write(context, shard, await read(shard), judged, reduction);
        let next = writing.next();
        while (!next.done) {
          await keepPart(keep, next.value);
          next = writing.next();
        }
        all.push(next.value);
      }
      return all;
    },
    stop: async () => undefined,
  };
}
