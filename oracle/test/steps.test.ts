import { expect } from 'chai';
import fc from 'fast-check';
import { type CloseResult, close, genesis } from '../src/domain';
import { commandMachine } from '../src/epoch/steps/command';
import { prepareSteps } from '../src/epoch/steps/prepare';
import { runStep } from '../src/epoch/steps/steps';
import { type StepName, type StepStores, stepStores } from '../src/epoch/steps/stores';
import { type BlobFiles, blobStore, readBlob } from '../src/storage/blobs';
import { ended } from './aws/closes-alike';
import { disk, parentOf } from './domain/cells';
import { anyGuardedNetwork, type EpochOf } from './domain/shard/network';
import {
  closeInput,
  cutOf,
  DAY,
  GOLDEN_SPOT,
  HOUR,
  makeDevice,
  makePolicy,
  NOON,
  northOf,
  registryOf,
  signed,
} from './domain/support';
import { inPages } from './support/closing';

function memoryFiles(): BlobFiles & { all(): object } {
  const files = new Map<string, Uint8Array>();
  return {
    has: async (name) => files.has(name),
    read: async (name) => files.get(name),
    stream: async () => undefined,
    write: async (name, bytes) => void files.set(name, bytes),
    all: () =>
      Object.fromEntries([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')])),
  };
}

const memoryStores = () => {
  const files = memoryFiles();
  return { ...stepStores(blobStore(memoryFiles()), files), all: () => files.all() };
};

/** Closes an epoch step by step. Every step is repeated, as by a worker whose answer was lost. */
async function closeBySteps(
  stores: StepStores & { all(): object },
  epoch: EpochOf & { previous: CloseResult['next']; shardBits: number },
  before: CloseResult | undefined,
): Promise<string> {
  for (const { runs } of epoch.logs)
    for (const { pages } of runs) for (const page of pages) await stores.parts.put(page);
  const twice = async <T>(step: () => Promise<T>): Promise<T> => {
    const first = await step();
    const stored = stores.all();
    expect(await step()).to.deep.equal(first);
    expect(stores.all()).to.deep.equal(stored);
    return first;
  };
  const { globals, shards, items } = await twice(() =>
    prepareSteps(stores, inPages(epoch).sealed, { before: before?.manifest }),
  );
  const listed: { shard: number }[] = JSON.parse(Buffer.from((await stores.files.read(items))!).toString());
  expect(listed.map(({ shard }) => shard)).to.deep.equal([...Array(shards).keys()]);
  const run = (step: StepName, item: object) => twice(() => runStep(stores, step, { globals, ...item }));
  for (const item of [...listed].reverse()) await run('judge', item);
  await run('reduce', {});
  for (const item of listed) await run('write', item);
  return (await run('root', {})).outcome;
}

describe('a close by steps', () => {
  it('gives the same bytes as a close by one machine', async function () {
    this.timeout(120_000);
    for (const [i, epochs] of fc.sample(anyGuardedNetwork, { numRuns: 2, seed: 11 }).entries()) {
      const shardBits = i + 2;
      const stores = memoryStores();
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

  it('does so where only ordinary devices exceed their month, and where what was held of a silent one is released', async () => {
    // Each alone in its cell, so that no other shard has a say in its outcome.
    const cells = disk(parentOf(GOLDEN_SPOT, 4), 2).slice(0, 6);
    const devices = cells.map((h3Cell, index) => makeDevice(index, { h3Cell }));
    const registry = registryOf(devices);
    const entry = {
      devices: [3],
      reason: 'Made up.',
      evidence: { sha256: '00'.repeat(32), link: 'https://example.org/' },
      listed: NOON - 60 * DAY,
      expires: NOON + 3 * DAY,
    };
    const policy = makePolicy({
      energy: { month_neighbours: 0, month_climate_ppm: 1_800 },
      denylist: { entries: [entry] },
    });
    const stores = memoryStores();
    let before: CloseResult | undefined;
    const told: { beyond: number; held: bigint; released: bigint }[] = [];
    for (const [epoch, reporting] of [devices, devices, devices.slice(0, 2)].entries()) {
      const start = NOON + 2 * epoch * DAY;
      const reports = reporting.map((device) =>
        signed(device, { start, seconds: HOUR, value: 3_000n, ...northOf(device.h3Cell, 0) }),
      );
      const given = {
        previous: before?.next ?? genesis,
        policy,
        cut: cutOf(registry, start + HOUR),
        shardBits: 2,
      };
      const input = closeInput(registry, reports, given, start + HOUR);
      const expected = close(input);
      expect(await closeBySteps(stores, { ...input, shardBits: 2 }, before)).to.equal(expected.datasetHash);
      told.push({
        beyond: expected.verdicts.filter(({ reasons }) => reasons.includes('above-month')).length,
        held: expected.rewards[3]!.held,
        released: expected.rewards[3]!.released,
      });
      before = expected;
    }
    expect(told.map(({ beyond }) => beyond)).to.deep.equal([0, 6, 2]);
    // The first has the notice.
    const [, first, second] = told;
    expect(Number(first!.held)).to.be.above(0);
    expect(second).to.deep.include({ held: 0n, released: first!.held });
  });

  it('says which step is missing, and refuses requests that name no shard or no close', async () => {
    const stores = memoryStores();
    const globals = '0'.repeat(64);
    const failed = (step: StepName, request: unknown) =>
      runStep(stores, step, request).then(
        () => 'done',
        (error: Error) => error.message,
      );
    expect(await failed('judge', { globals, shard: 0 })).to.include(`blob ${globals}, which a close needs`);
    expect(await failed('write', { globals, shard: 3 })).to.include(`step ${globals}-reduce has no outcome`);
    for (const request of [
      { globals },
      { globals, shard: 256 },
      { globals, shard: 0, more: 1 },
      { shard: 0 },
    ])
      expect(await failed('judge', request), JSON.stringify(request)).to.match(/shard|more|globals/);
    expect(await failed('root', { globals: '../../etc' })).to.include('must be a SHA-256');
  });
});

describe('a command that closes', () => {
  it('knows where the steps read and write, and none of the oracle’s other settings', async () => {
    const script =
      "process.exit(Object.keys(process.env).filter((name)=>name.startsWith('COMMONWIRE_')).join()==='COMMONWIRE_DATA'?0:1)";
    const machine = commandMachine(`${process.execPath} --eval ${script}`, {
      ...process.env,
      COMMONWIRE_DATA: '/var/lib/commonwire',
      COMMONWIRE_KEYPAIR: '/run/secrets/oracle.json',
      COMMONWIRE_RPC_URL: 'https://rpc.example/?api-key=secret',
    });
    await machine.start('1-0-0-1', { globals: '0'.repeat(64), items: '', shards: 1 });
    expect(await ended(machine, '1-0-0-1')).to.equal('succeeded');
  });
});
