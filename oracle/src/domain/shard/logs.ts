/** A shard's reports as they are in the logs that a manifest lists, checked against the signed heads. */
import { sha256, toHex } from '@commonwire/sdk/core';
import { fromBase58 } from '../address';
import { DomainError } from '../errors';
import { lastHead, runCheck, verifyRuns } from '../log';
import type { PartSource } from '../parts';
import type { LastHead, Manifest, RunReference, SealedLog } from '../types';
import { concerns, type DeviceRange, judgedRange, judgedShards, type ShardRun, shardRun } from './runs';

/** The logs that a manifest lists, in its order, as any oracle serves them. */
export interface ListedLogs {
  readonly runs: readonly SealedLog['runs'][];
  /** Their pages, by SHA-256. */
  readonly page: PartSource;
}

function rangeOf({ cut, shard_bits: bits }: Manifest, shard: number): DeviceRange {
  return judgedRange(shard, judgedShards({ deviceCount: cut.device_count, bits }));
}

/** Which runs of a log verifying a shard reads. */
export const runsToVerify = (
  manifest: Manifest,
  shard: number,
  runs: readonly RunReference[],
): readonly RunReference[] => {
  const range = rangeOf(manifest, shard);
  return runs.filter((run) => concerns(run, range));
};

/**
 * Reads the shard's runs, and checks that they are those that the heads commit to: all of them, and to the byte. The heads
 * are verified already.
 * @param before the last included heads of the manifest before
 * @throws DomainError `bad-log`
 */
export function runsInLogs(
  manifest: Manifest,
  before: readonly LastHead[],
  shard: number,
  { runs, page }: ListedLogs,
): ShardRun[] {
  const network = fromBase58(manifest.network);
  const range = rangeOf(manifest, shard);
  const last = new Map(before.map((head) => [head.oracle, head]));
  return manifest.logs.flatMap((head, i) => {
    const listed = runs[i] ?? [];
    verifyRuns({ head, runs: listed });
    const read = runsToVerify(manifest, shard, listed).map((run) => {
      const check = runCheck(head, run, last.get(head.oracle));
      const pages = run.pages.map((name) => {
        const bytes = page(name);
        if (toHex(sha256(bytes)) !== name)
          throw new DomainError('bad-log', `page ${name} of run ${run.shard} does not match its hash`);
        check.page(bytes);
        return bytes;
      });
      check.end();
      return shardRun({ shard: run.shard, pages }, range, { epoch: head.epoch, verified: false });
    });
    last.set(head.oracle, lastHead(network, head));
    return read;
  });
}
