import { createHash } from 'node:crypto';
import { KeyType, toHex, verifySignature } from '@commonwire/sdk/core';
import { decodeReport, type Report } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { type DueReport, Fleet, type FleetDevice } from '../src/fleet';
import { type Behaviour, behaviours, planFleet } from '../src/plan';
import { loadSolarData, replay, replayOrigin } from '../src/solar';
import { Uplink } from '../src/uplink';
import { FakeClock, type StubOracle, startOracle } from './support';

const DAY = 86_400;
const data = loadSolarData();
const origin = replayOrigin(data);
const network = new Uint8Array(32).fill(3);
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const decode = ({ signed }: DueReport): Report => decodeReport(bytesOf(signed.report));

/** Registers a fleet starting at index 5, as in a network with other devices. */
function register(seed: string, honest = 8): FleetDevice[] {
  return planFleet({ seed, honest }).map((plan) => ({
    plan,
    index: plan.number + 5,
    owner: new Uint8Array(32).fill(plan.owner + 1),
  }));
}

function makeFleet(
  devices = register('test'),
  urls = ['http://127.0.0.1:1'],
  clock = new FakeClock(),
): Fleet {
  const deviceTime = { origin: origin * 1000, start: 0, speed: 8_640 };
  return new Fleet({ network, devices, data, uplink: new Uplink(urls, { clock }), clock, deviceTime });
}

describe('simulated fleet', () => {
  it('plans 24 honest arrays of 4 owners and the four hostile devices, all with different keys', () => {
    const plans = planFleet({ seed: 'demo' });
    const of = (behaviour: Behaviour) => plans.filter((plan) => plan.behaviour === behaviour);
    expect(of('honest')).to.have.length(24);
    expect(new Set(of('honest').map(({ owner }) => owner)).size).to.equal(4);
    for (const behaviour of behaviours.slice(1)) expect(of(behaviour)).to.have.length(1);
    expect(new Set(plans.map(({ publicKey }) => toHex(publicKey))).size).to.equal(28);
    expect(plans.map(({ number }) => number)).to.deep.equal(plans.map((_, i) => i));
  });

  it('gives the same bytes only for the same seed', () => {
    const digest = (seed: string) => {
      const hash = createHash('sha256');
      for (const { signed } of makeFleet(register(seed)).due(origin + DAY))
        hash.update(signed.report + signed.signature);
      return hash.digest('hex');
    };
    expect(digest('a')).to.equal(digest('a'));
    expect(digest('a')).not.to.equal(digest('b'));
  });

  it('reports an interval once, after its end', () => {
    const fleet = makeFleet(register('test').slice(0, 1));
    expect(fleet.due(origin + 899)).to.deep.equal([]);
    expect(fleet.due(origin + 900).map((due) => decode(due).start)).to.deep.equal([origin]);
    expect(fleet.due(origin + 900)).to.deep.equal([]);
    expect(fleet.due(origin + DAY)).to.have.length(95);
  });

  it('replays measured energy scaled to the capacity, shifted by whole days', () => {
    const scaled = { firstDay: 2, tracker: false, capacityWatts: 12_000 };
    const day = [...replay(data, scaled)].slice(0, 96);
    expect(day[0]?.start).to.equal(origin);
    // 2016-07-03 produced 27,694 Wh after subtracting the draw at night.
    const sum = day.reduce((wattHours, interval) => wattHours + interval.wattHours, 0n);
    expect(Number(sum)).to.be.within(2 * 27_694, 2 * 27_800);
    expect(Math.max(...day.map(({ wattHours }) => Number(wattHours)))).to.be.below((12_000 / 4) * 1.35);
  });

  it("continues with the fixed array's days after the tracker's, without overlap", () => {
    const intervals = [...replay(data, { firstDay: 0, tracker: true, capacityWatts: 4_000 })];
    for (const [i, { start, seconds }] of intervals.entries()) {
      expect(start).to.be.at.least(origin);
      const next = intervals[i + 1];
      if (next) expect(next.start).to.be.at.least(start + seconds);
    }
    expect(intervals.length).to.be.above(9_900);
  });

  describe('hostile devices', () => {
    const devices = register('test');
    const by = (behaviour: Behaviour) => devices.find(({ plan }) => plan.behaviour === behaviour)!;
    const all = makeFleet(devices).due(origin + 3 * DAY);
    const sentBy = (device: FleetDevice) => all.filter(({ index }) => index === device.index);
    const isSigned = ({ plan }: FleetDevice, { signed }: DueReport) =>
      verifySignature({
        keyType: KeyType.ed25519,
        publicKey: plan.publicKey,
        message: bytesOf(signed.report),
        signature: bytesOf(signed.signature),
      });

    it('forged-signature forges every signature, the others none', () => {
      for (const device of devices) {
        const forged = device.plan.behaviour === 'forged-signature';
        expect(sentBy(device)).not.to.deep.equal([]);
        for (const due of sentBy(device)) expect(isSigned(device, due), device.plan.name).to.equal(!forged);
      }
    });

    it('replay repeats its bytes twice after an hour and once after 37 hours, and its genuine readings match its twin', () => {
      const device = by('replay');
      const sent = sentBy(device);
      const times = new Map<string, number>();
      for (const { signed } of sent) times.set(signed.report, (times.get(signed.report) ?? 0) + 1);
      expect(times.size).to.equal(3 * 96);
      expect([...times.values()].filter((count) => count === 4)).to.have.length((72 - 37) * 4);
      const values = [...times.keys()].map((report) => decodeReport(bytesOf(report)).value);
      const twin = devices.find(({ plan }) => plan.number === device.plan.twin)!;
      expect(values).to.deep.equal(sentBy(twin).map((due) => decode(due).value));
      const firstGoesTo = (reports: DueReport[]) =>
        new Map(reports.map((due) => [decode(due).start, due.prefer] as const).reverse());
      expect(firstGoesTo(sent)).to.deep.equal(firstGoesTo(sentBy(twin)));
    });

    it('night-sun claims half the capacity around solar midnight and nothing by day', () => {
      const { plan, index } = by('night-sun');
      const reports = sentBy(by('night-sun')).map(decode);
      expect(reports).to.have.length(3 * 16);
      for (const { start, value } of reports) {
        expect(value).to.equal(BigInt(plan.capacityWatts) / 8n);
        // Solar midnight here is at 07:01 UTC.
        expect(Math.abs((start % DAY) - 7 * 3_600), `device ${index}`).to.be.at.most(2 * 3_600);
      }
    });

    it('two-readings states two values for every interval with sun, in one batch', () => {
      const byStart = new Map<number, DueReport[]>();
      for (const due of sentBy(by('two-readings'))) {
        const { start } = decode(due);
        byStart.set(start, [...(byStart.get(start) ?? []), due]);
      }
      expect(byStart.size).to.equal(3 * 96);
      for (const [one, other, ...more] of byStart.values()) {
        expect(more).to.deep.equal([]);
        // At night there is no plausible second value for zero.
        expect(other === undefined).to.equal(decode(one!).value === 0n);
        if (!other) continue;
        expect(decode(other).value < decode(one!).value).to.equal(true);
        expect(other.prefer).to.equal(one!.prefer);
      }
    });
  });

  describe('with three oracles', () => {
    let oracles: StubOracle[];
    beforeEach(async () => {
      oracles = await Promise.all([startOracle(), startOracle(), startOracle()]);
    });
    afterEach(() => Promise.all(oracles.map((oracle) => oracle.close())));

    it('reports a day to all of them in shared batches, and counts every answer', async () => {
      const devices = register('test');
      const fleet = makeFleet(
        devices,
        oracles.map(({ url }) => url),
      );
      await fleet.run({ until: origin + DAY });
      const counts = oracles.map(({ batches }) =>
        batches.reduce((sum, { reports }) => sum + reports.length, 0),
      );
      const expected = makeFleet(devices).due(origin + DAY).length;
      expect(counts.reduce((sum, count) => sum + count)).to.equal(expected);
      for (const count of counts) expect(count).to.be.above(expected / 5);
      expect(fleet.summary.total).to.deep.equal({
        sent: expected,
        accepted: expected,
        duplicate: 0,
        rejected: 0,
      });
      expect(fleet.summary.devices.map(({ index }) => index)).to.deep.equal(
        devices.map(({ index }) => index),
      );
    });

    it('loses nothing when one is down', async () => {
      await oracles[1]!.close();
      const fleet = makeFleet(
        register('test'),
        oracles.map(({ url }) => url),
      );
      await fleet.run({ until: origin + DAY / 4 });
      expect(fleet.summary.total.accepted).to.equal(makeFleet(register('test')).due(origin + DAY / 4).length);
    });

    it('stops when aborted', async () => {
      const stop = new AbortController();
      oracles[0]!.next.push(() => stop.abort());
      await makeFleet(
        register('test'),
        oracles.map(({ url }) => url),
      ).run({ signal: stop.signal });
    });
  });
});
