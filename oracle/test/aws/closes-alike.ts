import { expect } from 'chai';
import fc from 'fast-check';
import { type CloseResult, close, genesis } from '../../src/domain';
import type { ExecutionState, Machine } from '../../src/epoch/steps/machine';
import { prepareSteps } from '../../src/epoch/steps/prepare';
import { outcomeOf } from '../../src/epoch/steps/stores';
import { readBlob } from '../../src/storage/blobs';
import { anyGuardedNetwork, type EpochOf } from '../domain/shard/network';
import { inPages } from '../support/closing';
import type { Place } from './moto-machine';

const POLL_MS = 100;
/** 14 devices are four shards. */
const SHARD_BITS = 2;

/** The first epochs of a random network whose shards have much to do with each other. */
export const someEpochs = (count: number): readonly EpochOf[] =>
  fc.sample(anyGuardedNetwork, { numRuns: 1, seed: 11 })[0]!.slice(0, count);

/** Waits until an execution has ended. */
export async function ended(machine: Machine, name: string): Promise<ExecutionState> {
  for (;;) {
    const state = await machine.look(name);
    if (state !== 'running') return state;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Closes epochs of a random network by a machine, and compares manifest and parts with those of a close by this process. */
export async function closesAlike({ machine, stores }: Place, epochs: readonly EpochOf[]): Promise<void> {
  let before: CloseResult | undefined;
  for (const epoch of epochs) {
    const input = { ...epoch, previous: before?.next ?? genesis, shardBits: SHARD_BITS };
    const expected = close(input);
    for (const { runs } of epoch.logs)
      for (const { pages } of runs) for (const page of pages) await stores.parts.put(page);
    const prepared = await prepareSteps(stores, inPages(input).sealed, { before: before?.manifest });
    expect(prepared.shards).to.equal(4);
    const name = `${epoch.epoch}-0-${prepared.globals.slice(0, 16)}-1`;
    expect(await machine.look(name)).to.equal('none');
    await machine.start(name, prepared);
    await machine.start(name, prepared);
    expect(await ended(machine, name)).to.equal('succeeded');
    const hash = await outcomeOf(stores, { step: 'root', globals: prepared.globals });
    expect(Buffer.from((await readBlob(stores.parts, hash))!).toString()).to.equal(
      Buffer.from(expected.manifestBytes).toString(),
    );
    for (const { sha256, bytes } of expected.parts)
      expect(Buffer.compare((await readBlob(stores.parts, sha256))!, bytes)).to.equal(0);
    before = expected;
  }
}
