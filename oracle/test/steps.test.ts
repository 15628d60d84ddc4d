import { expect } from 'chai';
import fc from 'fast-check';
import { type CloseResult, close, genesis } from '../src/domain';
import { prepareSteps, type StepStores } from '../src/epoch/steps/prepare';
import { combineStep, judgeStep, reduceStep, writeStep } from '../src/epoch/steps/steps';
import { type BlobStore, blobStore, readBlob } from '../src/storage/blobs';
import { anyNetwork, type EpochOf } from './domain/shard/network';
import { inPages } from './support/closing';

function memoryBlobs(): BlobStore {
  const files = new Map<string, Uint8Array>();
  return blobStore({
    has: async (name) => files.has(name),
    read: async (name) => files.get(name),
    stream: async () => undefined,
    write: async (name, bytes) => void files.set(name, bytes),
  });
}

/** Closes an epoch step by step. Every step is repeated, as by a worker whose answer was lost. */
async function closeBySteps(
  stores: StepStores,
  epoch: EpochOf & { previous: CloseResult['next']; shardBits: number },
  before: CloseResult | undefined,
): Promise<string> {
  for (const { runs } of epoch.logs)
    for (const { pages } of runs) for (const page of pages) await stores.parts.put(page);
  const twice = async <T>(step: () => Promise<T>): Promise<T> => {
    const first = await step();
    expect(await step()).to.deep.equal(first);
    return first;
  };
  const { globals, shards } = await twice(() =>
    prepareSteps(stores, inPages(epoch).sealed, { before: before?.manifest }),
  );
  const numbers = [...Array(shards).keys()];
  const judged: string[] = [];
  for (const shard of [...numbers].reverse())
    judged[shard] = await twice(() => judgeStep(stores, { globals, shard }));
  const reduced = await twice(() => reduceStep(stores, { globals, judged }));
  const written: string[] = [];
  for (const shard of numbers)
    written[shard] = await twice(() => writeStep(stores, { globals, reduced, shard }));
  return twice(() => combineStep(stores, { globals, reduced, written }));
}

describe('a close by steps', () => {
  it('gives the same bytes as a close by one machine', async function () {
    this.timeout(120_000);
    for (const [i, epochs] of fc.sample(anyNetwork, { numRuns: 2, seed: 11 }).entries()) {
      const shardBits = i + 2;
      const stores = { parts: memoryBlobs(), steps: memoryBlobs() };
      let before: CloseResult | undefined;
      for (const epoch of epochs) {
        const input = { ...epoch, previous: before?.next ?? genesis, shardBits };
        const expected = close(input);
        const hash = await closeBySteps(stores, input, before);
        expect(Buffer.from((await readBlob(stores.parts, hash))!).toString()).to.equal(
          Buffer.from(expected.manifestBytes).toString(),
        );
        for (const { sha256, bytes } of expected.parts)
          expect(Buffer.compare((await readBlob(stores.parts, sha256))!, bytes)).to.equal(0);
        before = expected;
      }
    }
  });
});
