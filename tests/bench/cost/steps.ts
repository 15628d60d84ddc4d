import { genesis } from '../../../oracle/src/domain';
import { closeEpoch } from '../../../oracle/src/epoch/shards/close-epoch';
import { prepareSteps } from '../../../oracle/src/epoch/steps/prepare';
import { runStep } from '../../../oracle/src/epoch/steps/steps';
import { STEPS, stepStores } from '../../../oracle/src/epoch/steps/stores';
import { meteredBucket } from '../../../oracle/test/aws/meter';
import { memoryOf, readStack } from '../../../oracle/test/aws/stack';
import { inPages } from '../../../oracle/test/support/closing';
import { decimals, type Suite } from '../figures';
import { Fleet } from '../fleet';
import { dollars, extrapolated, nothing, type Usage } from './prices';

const FEW = 1_024;
const MANY = 4_096;
/** Levels of the ledger that a shard covers: all devices are one shard, or those of the last measurement are eight. */
const WHOLE = 16;
const EIGHTH = 9;
const MILLION = 1_000_000;
/** State transitions of each item of a map, whose execution is one of its own, and of the rest of the state machine. */
const OF_ITEM = 2;
const OF_REST = 7;
const stack = readStack();

/**
 * Counts what closing an epoch by the state machine takes: calls of S3, transitions, and time of the functions with their
 * memory, from what `close` prepares to the manifest. What workers verify and compute is all of an epoch's second close.
 */
export const stepsCostSuite: Suite = async (progress) => {
  const sizes = [
    [FEW, WHOLE],
    [MANY, WHOLE],
    [MANY, EIGHTH],
  ] as const;
  const usages: Usage[] = [];
  for (const [count, bits] of sizes) {
    progress(`closing ${count} devices by steps, each of ${2 ** bits} devices at most`);
    usages.push(await measure(count, bits));
  }
  const [few, many, eighths] = usages;
  // What grows with devices, and what each shard takes besides.
  const of = (count: number): number => {
    const devices = extrapolated(count, { count: FEW, usage: few! }, { count: MANY, usage: many! });
    const shards = Math.ceil(count / 2 ** WHOLE);
    const more = extrapolated(shards, { count: 1, usage: many! }, { count: 8, usage: eighths! });
    return dollars(devices) + dollars(more) - dollars(many!);
  };
  return [1, 10].map((millions) => ({
    name: `close.${millions}m.steps_dollars`,
    value: decimals(of(millions * MILLION), 4),
    unit: 'dollars',
  }));
};

async function measure(count: number, shardBits: number): Promise<Usage> {
  let usage = nothing();
  const bucket = await meteredBucket(() => usage);
  const invoked = async <T>(memory: string, work: () => Promise<T>): Promise<T> => {
    const before = process.cpuUsage();
    const value = await work();
    const { user, system } = process.cpuUsage(before);
    usage.invocation += 1;
    usage.gigabyteSecond += ((user + system) / 1e6) * (memoryOf(stack, memory) / 1024);
    return value;
  };
  try {
    const fleet = new Fleet(count);
    const one = inPages({ ...fleet.input(genesis), shardBits });
    const first = await closeEpoch(one.sealed, {
      threads: 0,
      verified: one.sealed.committee[0]!,
      pages: one.pages,
      keep: (sha256, compressed) => bucket.blobs.putCompressed(sha256, compressed),
    });
    const { sealed, pages } = inPages({ ...fleet.input(first.next), shardBits });
    for (const log of sealed.logs)
      for (const run of log.runs) for (const page of await pages(log, run)) await bucket.blobs.put(page);
    const stores = stepStores(bucket.blobs, bucket.steps);
    usage = nothing();
    const { globals, shards } = await invoked('close', () =>
      prepareSteps(stores, sealed, { before: first.manifest }),
    );
    const items = Array.from({ length: shards }, (_, shard) => ({ shard }));
    for (const step of STEPS)
      for (const item of step === 'judge' || step === 'write' ? items : [{}])
        await invoked(step, () => runStep(stores, step, { globals, ...item }));
    usage.transition = OF_REST + 2 * OF_ITEM * shards;
    // The list of shards, which each map reads, and what it says of its results.
    usage.s3Get += 2;
    usage.s3Put += 4;
    return usage;
  } finally {
    bucket.stop();
  }
}
