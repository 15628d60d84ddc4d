import { expect } from 'chai';
import { quotaOf } from '../src/domain';
import { Ingest } from '../src/ingest/ingest';
import { DEVICE_RATE, DeviceLimits } from '../src/ingest/limits';
import { BatchLog } from '../src/log/batch-log';
import type { OracleError } from '../src/runtime/errors';
import { localSigner } from '../src/runtime/keys';
import { bytesOf, identity, makePolicy, NOON, oracles, signed } from './domain/support';
import { storedReports } from './support/stored';
import { World } from './support/world';

describe('what an oracle takes in of one device', () => {
  let world: World;
  before(async () => {
    world = await new World(2).start();
    world.chain.threshold = 2;
    await world.tick();
  });
  after(() => world.stop());

  const storedBy = async (i: number, epoch: number) => {
    const { oracle } = world.at(i);
    return storedReports(oracle.store, oracle.address, epoch);
  };

  it('is two reports of one minute, whatever it sends; others are not held up', async () => {
    const { client, server } = world.at(0);
    const [flooder, other] = [world.devices[0]!, world.devices[1]!];
    const flood = Array.from({ length: 450 }, (_, i) => signed(flooder, { value: BigInt(i + 1) }));
    const results: { status: string; code?: string | undefined }[] = [];
    for (let first = 0; first < flood.length; first += 90) {
      const batch = [...flood.slice(first, first + 90), signed(other, { start: NOON + first * 10 - 18_000 })];
      results.push(...(await client.submit(batch)).results);
    }
    const count = (status: string) => results.filter((one) => one.status === status).length;
    expect([count('accepted'), count('rejected')]).to.deep.equal([2 + 5, 448]);
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(new Set(refused.map(({ code }) => code))).to.deep.equal(new Set(['too-many-reports']));
    expect(await storedBy(0, 1)).to.have.length(7);
    // What it stored it knows again.
    expect((await client.submit([flood[0]!])).results[0]?.status).to.equal('duplicate');
    // And its answer about the device is as small as any.
    const answer = await (await fetch(`${server.url}/v1/devices/0`)).text();
    expect(answer.length).to.be.lessThan(8000);
  });

  it('is nothing that is in the current dataset, even at an oracle that never had it, nor what is older', async () => {
    const device = world.devices[2]!;
    const report = signed(device, { start: NOON - 900 });
    await world.at(0).client.submit([report]);
    world.pass(61);
    await world.promoted(1);
    const before = (await storedBy(1, 2)).length;
    const { results } = await world.at(1).client.submit([report]);
    expect(results.map(({ status }) => status)).to.deep.equal(['duplicate']);
    const { horizon } = world.at(1).oracle.promoted.state!;
    expect(horizon).to.be.greaterThan(0);
    // The minute that two reports of the flood have taken.
    const third = await world.at(1).client.submit([signed(world.devices[0]!, { value: 999n })]);
    expect(third.results[0]).to.include({ status: 'rejected', code: 'too-many-reports' });
    expect(await storedBy(1, 2)).to.have.length(before);
  });

  it('error: too-many-requests, with Retry-After: a device that sends faster than is taken in, and nobody else', async () => {
    const device = world.devices[5]!;
    const { perSecond, burst } = DEVICE_RATE;
    const { registry, log } = world.at(0).oracle;
    const ingest = new Ingest({
      ...world.at(0).oracle,
      registry,
      log,
      policy: makePolicy({ late_seconds: 86_400, min_seconds: 60 }),
      promoted: { state: undefined },
    });
    const minutes = (first: number, count: number) =>
      Array.from({ length: count }, (_, i) =>
        signed(device, { start: NOON - (first + i) * 60, seconds: 60, value: 0n }),
      );
    const before = (await storedBy(0, 2)).length;
    for (let first = 0; first < burst; first += 100) await ingest.submit(minutes(first, 100));
    expect(await storedBy(0, 2)).to.have.length(before + burst);
    const batch = [
      ...minutes(burst, 99),
      signed(world.devices[4]!, { start: NOON - 60, seconds: 60, value: 0n }),
    ];
    const refused = await ingest.submit(batch).catch((error: unknown) => error);
    expect(refused).to.include({ code: 'too-many-requests', status: 429 });
    const { retryAfter } = refused as OracleError;
    expect(retryAfter).to.be.within(1, 99 / perSecond + 1);
    // What was sent again or isn't the device's own is not counted, and the other device's report is stored.
    expect(
      (await ingest.submit(minutes(0, 100))).results.every(({ status }) => status === 'duplicate'),
    ).to.equal(true);
    expect((await ingest.submit(batch.slice(-1))).results[0]?.status).to.equal('duplicate');
  });

  it('error: extra bytes with a report of energy, which has none', async () => {
    const report = signed(world.devices[3]!, { extra: new Uint8Array(255) });
    const { results } = await world.at(0).client.submit([report]);
    expect(results[0]).to.include({ status: 'rejected', code: 'unexpected-extra' });
  });

  it('error: a log that is as long as one may be', async () => {
    const log = new BatchLog({
      store: await world.store('full'),
      blobs: world.at(0).oracle.blobs,
      network: identity.network,
      oracle: world.address(0),
      signer: localSigner(oracles[0]!.secretKey),
      now: () => 1,
      maxBytes: 500,
    });
    await log.start(1);
    const one = (start: number) => [bytesOf(signed(world.devices[4]!, { start }))];
    await log.append(one(NOON));
    await log.append(one(NOON + 900));
    const failure = await log.append(one(NOON + 1800)).catch((error: unknown) => error);
    expect(failure).to.include({ code: 'log-full', status: 503 });
    await log.seal(1);
    expect(await log.append(one(NOON + 1800))).to.include({ epoch: 2, sequence: 0 });
  });
});

describe('the limits of a device at ingest', () => {
  const policy = makePolicy({ late_seconds: 3600, min_seconds: 900, max_seconds: 900, ahead_seconds: 0 });

  it('allow as many as its epoch is long, and begin anew with each epoch', () => {
    const limits = new DeviceLimits(policy);
    const take = (epoch: number, i: number, now = 0) =>
      limits.take({ epoch, device: 7, start: 60 * i }, now, 0);
    const quota = quotaOf(policy, 0);
    expect(Array.from({ length: quota + 3 }, (_, i) => take(1, i)).filter(Boolean)).to.have.length(quota);
    expect(limits.take({ epoch: 1, device: 8, start: 0 }, 0, 0)).to.equal(true);
    expect([take(1, 100, 899), take(1, 101, 900), take(1, 102, 900)]).to.deep.equal([true, true, false]);
    expect(take(2, 103, 900)).to.equal(true);
  });

  it('give back the place of what could not be stored, and count what is remembered', () => {
    const limits = new DeviceLimits(policy);
    const place = { epoch: 1, device: 7, start: 60 };
    expect([limits.take(place, 0, 1), limits.take(place, 0, 1)]).to.deep.equal([true, false]);
    limits.release([place]);
    expect([limits.take(place, 0, 0), limits.take(place, 0, 0)]).to.deep.equal([true, true]);
    expect(limits.take(place, 0, 0)).to.equal(false);
  });
});
