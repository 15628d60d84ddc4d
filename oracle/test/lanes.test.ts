import { toHex } from '@commonwire/sdk/core';
import { encodeReport, reportHash } from '@commonwire/sdk/device';
import { expect } from 'chai';
import fc from 'fast-check';
import { type LastHead, lastHead, readPage, type SealedLog, verifyLog } from '../src/domain';
import { BatchLog } from '../src/log/batch-log';
import { endLane, Lane } from '../src/log/lane';
import { sealedLog } from '../src/log/records';
import { localSigner } from '../src/runtime/keys';
import { readBlob } from '../src/storage/blobs';
import { committee, devices, identity, makeReport, NOON, oracles } from './domain/support';
import { type Fate, type Process, SharedMemory } from './support/shared-memory';

const ORACLE = committee[0]!;
const [device, far] = [devices(1)[0]!, { ...devices(1)[0]!, index: 200_000 }];
const NOW = 1_000_000;
/** For whatever a killed process may have left undone. */
const PATIENCE_MS = 20_000;

/** A report that differs from others by its number; signatures are for the close. */
const report = (i: number) => ({
  bytes: encodeReport(
    makeReport(i % 3 === 0 ? far : device, { start: NOON + 60 * (i % 7), value: BigInt(i) }),
  ),
  signature: new Uint8Array(64).fill(i),
});
const hashOf = (i: number): string => toHex(reportHash(report(i).bytes));

const logOf = ({ store, blobs }: Process, now: () => number = () => NOW, tailMs = 5) =>
  new BatchLog({
    store,
    blobs,
    network: identity.network,
    oracle: ORACLE,
    signer: localSigner(oracles[0]!.secretKey),
    now,
    tailMs,
  });

/** The reports of the sealed logs of epochs 1 to `last`, by hash with their epochs, verified as one chain. */
async function sealedReports({ store, blobs }: Process, last: number): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  let before: LastHead | undefined;
  for (let epoch = 1; epoch <= last; epoch++) {
    const { head, runs } = (await sealedLog(store, ORACLE, epoch)) as SealedLog;
    const read = await Promise.all(
      runs.map(async (run) => ({
        ...run,
        pages: await Promise.all(run.pages.map(async (name) => (await readBlob(blobs, name))!)),
      })),
    );
    verifyLog(identity.network, { head, runs: read }, before);
    before = lastHead(identity.network, head);
    for (const page of read.flatMap(({ pages }) => pages))
      for (const { bytes } of readPage(page)) {
        const hash = toHex(reportHash(bytes));
        found.set(hash, [...(found.get(hash) ?? []), epoch]);
      }
  }
  return found;
}

/** Numbers in [0, 1) that follow from a seed. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('lanes of a log', () => {
  it('keep every acknowledged report in exactly one sealed epoch, whatever fails and whoever is killed', async () => {
    const plans = fc.record({
      seed: fc.nat(),
      writers: fc.integer({ min: 1, max: 5 }),
      reports: fc.integer({ min: 1, max: 40 }),
      seals: fc.integer({ min: 0, max: 3 }),
      failing: fc.constantFrom(0, 0, 0.02, 0.1),
      dying: fc.constantFrom(0, 0.004, 0.02),
    });
    await fc.assert(
      fc.asyncProperty(plans, async ({ seed, writers, reports, seals, failing, dying }) => {
        const random = dice(seed);
        const memory = new SharedMemory(random);
        const fate = (): Fate => {
          const roll = random();
          if (roll < dying) return roll < dying / 2 ? 'dies' : 'dies-late';
          if (roll < dying + failing) return roll < dying + failing / 2 ? 'fails' : 'fails-late';
          return 'done';
        };
        const last = memory.process();
        await logOf(last).start(1);
        const processes = Array.from({ length: writers }, () => memory.process(fate));
        const logs = processes.map((process) => logOf(process, () => NOW + Math.floor(random() * 50)));
        /** Epochs in which a report was acknowledged. */
        const acknowledged = new Map<number, number[]>();
        const tries = new Map<number, number>();
        const send = async (i: number, writer: number): Promise<void> => {
          tries.set(i, (tries.get(i) ?? 0) + 1);
          const place = await logs[writer]!.append([report(i)]).catch(() => undefined);
          if (place) acknowledged.set(i, [...(acknowledged.get(i) ?? []), place.epoch]);
          else if (random() < 0.5) await send(i, writer);
        };
        const sending = Array.from({ length: reports }, async (_, i) => {
          for (let waits = Math.floor(random() * 30); waits > 0; waits--)
            await new Promise((resolve) => setImmediate(resolve));
          await send(i, Math.floor(random() * writers));
        });
        // A device that has no answer sends to another process.
        sending.push(send(0, writers - 1));
        const sealing = Array.from({ length: seals }, async (_, i) => {
          for (let waits = Math.floor(random() * 40); waits > 0; waits--)
            await new Promise((resolve) => setImmediate(resolve));
          await logs[i % writers]!.seal(1 + Math.floor(random() * 2)).catch(() => undefined);
        });
        // Whatever a dead process does never ends, and nobody waits for it.
        const alive = Promise.all([...sending, ...sealing]);
        const isDone = () => processes.some(({ isDead }) => isDead);
        await Promise.race([
          alive,
          (async () => {
            for (let quiet = 0; quiet < 400; quiet = isDone() ? quiet + 1 : 0)
              await new Promise((resolve) => setImmediate(resolve));
          })(),
        ]);
        const closing = logOf(last);
        await closing.seal(3);
        const found = await sealedReports(last, 3);
        for (const [i, epochs] of acknowledged) {
          const where = found.get(hashOf(i)) ?? [];
          // Who lives on while the last epoch is sealed is answered from the next.
          const sealed = epochs.filter((epoch) => epoch <= 3);
          expect(where).to.include.members(sealed);
          if (tries.get(i) === 1) expect(where).to.have.length(sealed.length);
        }
        // Nothing is in a log that nobody sent.
        for (const hash of found.keys()) expect([...tries.keys()].map(hashOf), 'sent').to.include(hash);
      }),
      { numRuns: 100 },
    );
  }).timeout(120_000);

  it('of sixteen writers: none of their writes is refused', async () => {
    const random = dice(7);
    const memory = new SharedMemory(random);
    const processes = Array.from({ length: 16 }, () => memory.process());
    await logOf(processes[0]!).start(1);
    const logs = processes.map((process) => logOf(process));
    await Promise.all(
      logs.map(async (log, writer) => {
        for (let i = 0; i < 20; i++) await log.append([report(writer * 20 + i)]);
      }),
    );
    expect(processes.flatMap(({ refused }) => refused)).to.deep.equal([]);
    await logs[3]!.seal(1);
    expect((await sealedReports(processes[0]!, 1)).size).to.equal(320);
  });

  it('can be ended while a writer is faster, and by several at once', async () => {
    const random = dice(3);
    const memory = new SharedMemory(random);
    const [writer, ...sealers] = [0, 1, 2].map(() => memory.process()) as [Process, Process, Process];
    const lane = (await Lane.begin({
      store: writer.store,
      oracle: ORACLE,
      epoch: 1,
      since: 0,
      now: () => NOW,
    }))!;
    let written = 0;
    const writing = (async () => {
      while ((await lane.append([report(written)])) !== undefined) written++;
    })();
    const ended = await Promise.all(sealers.map(({ store }) => endLane(store, ORACLE, 1, lane.name)));
    await writing;
    for (const { entries } of ended) expect(entries).to.equal(written);
    expect(await endLane(sealers[0]!.store, ORACLE, 1, lane.name)).to.deep.equal(ended[0]);
    expect(await lane.append([report(0)])).to.equal(undefined);
  });

  it('send a late writer on at once, though whoever ended them is gone before it sealed', async () => {
    for (let done = 1; ; done++) {
      const random = dice(done);
      const memory = new SharedMemory(random);
      let left = done;
      const [writer, sealer, other] = [
        memory.process(),
        memory.process(() => (left-- > 0 ? 'done' : 'dies')),
        memory.process(),
      ];
      const log = logOf(writer);
      await log.start(1);
      await log.append([report(1)]);
      await Promise.race([
        logOf(sealer).seal(1),
        (async () => {
          while (!sealer.isDead) await new Promise((resolve) => setImmediate(resolve));
        })(),
      ]);
      const begun = performance.now();
      const late = await log.append([report(2)]);
      expect(performance.now() - begun).to.be.below(PATIENCE_MS / 10);
      await logOf(other).seal(2);
      const found = await sealedReports(other, 2);
      expect([found.get(hashOf(1)), found.get(hashOf(2))]).to.deep.equal([[1], [late.epoch]]);
      if (!sealer.isDead) return;
    }
  }).timeout(PATIENCE_MS * 3);

  it('are dropped two epochs after they were promoted, where nothing expires', async () => {
    const memory = new SharedMemory(dice(1));
    const process = memory.process();
    let time = NOW;
    const log = logOf(process, () => time);
    await log.start(1);
    for (let epoch = 1; epoch <= 4; epoch++) {
      await log.append([report(epoch)]);
      await log.seal(epoch);
    }
    const lanes = (epoch: number) =>
      memory.names.filter((name) => name.startsWith(`log:${ORACLE}:${epoch}:`));
    for (let i = 0; i < 5; i++) await log.forget(4);
    expect([1, 2, 3, 4].map((epoch) => lanes(epoch).length)).to.deep.equal([1, 1, 1, 1]);
    time += 600_000;
    for (let i = 0; i < 5; i++) await log.forget(1);
    expect([1, 2, 3, 4].map((epoch) => lanes(epoch).length)).to.deep.equal([0, 1, 1, 1]);
    for (let i = 0; i < 5; i++) await log.forget(4);
    expect([1, 2, 3, 4].map((epoch) => lanes(epoch).length)).to.deep.equal([0, 0, 1, 1]);
    expect((await sealedReports(process, 4)).size).to.equal(4);
  });

  it('are not dropped while a writer may take one for the one that collects, as after a long outage', async () => {
    const memory = new SharedMemory(dice(1));
    const [writer, sealer] = [memory.process(), memory.process()];
    const log = logOf(writer, () => NOW, 60_000);
    await log.start(1);
    await log.append([report(1)]);
    // Another thread seals and drops all that it can at once.
    const others = logOf(sealer);
    await others.seal(5);
    for (let i = 0; i < 5; i++) await others.forget(5);
    const late = await log.append([report(2)]);
    expect(late.epoch).to.equal(6);
    await others.seal(6);
    const found = await sealedReports(sealer, 6);
    expect([found.get(hashOf(1)), found.get(hashOf(2))]).to.deep.equal([[1], [6]]);
  });

  it('take in nothing once the clock has gone back by so much that it would count as received too late', async () => {
    const process = new SharedMemory(dice(1)).process();
    let time = NOW;
    const log = logOf(process, () => time);
    await log.start(1);
    await log.append([report(1)]);
    time -= 600_000;
    await log.append([report(2)]);
    time -= 1;
    const refusal = () => log.append([report(3)]).catch((error: unknown) => error);
    expect(await refusal()).to.include({ code: 'clock-behind', status: 503 });
    // Nor in the next epoch, whose log can't begin before this one was sealed.
    await log.seal(1);
    expect(await refusal()).to.include({ code: 'clock-behind' });
    time += 1;
    expect((await log.append([report(3)])).epoch).to.equal(2);
  });
});
