/** Who judges and writes the shards of a close: this thread, or several others. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  contextOf,
  type Judged,
  judge,
  type Plan,
  type Reduction,
  type Run,
  type Written,
  write,
} from '../../domain/index';

/** Stores a part by the hash of its uncompressed bytes. */
export type KeepPart = (sha256: string, compressed: Uint8Array) => Promise<void>;

/** What to write of a shard that was judged. */
export interface WriteRequest {
  readonly shard: number;
  readonly runs: readonly Run[];
  readonly judged: Judged;
  readonly reduction: Reduction;
}

export interface ShardWorkers {
  /** Judges every shard. @returns the outcomes in the order of the shards */
  judge(shards: readonly (readonly Run[])[]): Promise<Judged[]>;
  /** Writes every shard. Every part has been kept once this resolves. */
  write(requests: readonly WriteRequest[], keep: KeepPart): Promise<Written[]>;
  stop(): Promise<void>;
}

/** Level of compression of parts: higher ones take several times as long for a tenth less. */
export const GZIP = { level: 1 };

const compress = promisify(gzip);

/** Compresses and keeps a part that is at hand. */
export const keepPart = async (keep: KeepPart, part: { sha256: string; bytes: Uint8Array }): Promise<void> =>
  keep(part.sha256, await compress(part.bytes, GZIP));

/** Judges and writes in this thread. */
export function localWorkers(plan: Plan): ShardWorkers {
  const context = contextOf(plan);
  return {
    judge: async (shards) => shards.map((runs) => judge(context, runs)),
    async write(requests, keep) {
      const all: Written[] = [];
      for (const { shard, runs, judged, reduction } of requests) {
        const writing = write(context, shard, runs, judged, reduction);
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
