import { expect } from 'chai';
import { sendDelay } from '../src/jitter';
import { fetchDeviceNetwork } from '../src/network-info';
import { Uplink } from '../src/uplink';
import { acceptAll, FakeClock, json, NETWORK, type StubOracle, startOracle } from './support';

describe("a device's clock", () => {
  let oracles: StubOracle[] = [];
  afterEach(() => Promise.all(oracles.splice(0).map((oracle) => oracle.close())));

  const NOW = 1_800_000_000_000;
  /** Oracles with these clocks, the first of which may lie in any way. */
  const ask = async (changes: readonly Partial<typeof NETWORK>[], development = false) => {
    oracles = await Promise.all(changes.map((change) => startOracle(acceptAll, { ...NETWORK, ...change })));
    return fetchDeviceNetwork(
      oracles.map(({ url }) => url),
      { now: () => NOW, development },
    );
  };
  const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

  it('is its own, whatever the first oracle says', async () => {
    const lie = { time: 0, network: NETWORK.oracle, clock: { origin: 5_000, start: 0, speed: 9 } };
    const honest = { time: NOW + 100 };
    const found = await ask([lie, honest, { time: NOW + 400 }]);
    expect(found.deviceTime).to.deep.equal({ origin: 0, start: 0, speed: 1 });
    expect(found.address.toBase58()).to.equal(NETWORK.network);
    // The lie isn't even counted, and of two the nearer one is told.
    expect([found.aheadMs, found.answers]).to.deep.equal([100, 2]);
  });

  it('is compared with the median, which one oracle that is far off does not move', async () => {
    const found = await ask([{ time: 0 }, { time: NOW - 90_000 }, { time: NOW - 80_000 }]);
    expect(found.aheadMs).to.equal(-90_000);
    expect(found.deviceTime.speed).to.equal(1);
  });

  it("error: the oracles' clock is for demonstrations, unless that is wanted", async () => {
    const demo = { clock: { origin: 7, start: 3, speed: 60 }, time: NOW };
    expect(await failure(ask([demo, demo, { time: NOW }]))).to.include({ code: 'development_clock' });
    await Promise.all(oracles.splice(0).map((oracle) => oracle.close()));
    expect((await ask([demo, demo], true)).deviceTime).to.deep.equal(demo.clock);
  });
});

describe('the devices of a fleet', () => {
  const key = (i: number) => Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? i : 7));

  it("don't send in the same second, each always as late, and not too late", () => {
    const delays = Array.from({ length: 200 }, (_, i) => sendDelay(key(i), 900_000));
    expect(delays.map((_, i) => sendDelay(key(i), 900_000))).to.deep.equal(delays);
    const seconds = delays.map((delay) => Math.floor(delay / 1000));
    const busiest = Math.max(...seconds.map((second) => seconds.filter((one) => one === second).length));
    expect(busiest).to.be.lessThan(30);
    expect(Math.max(...delays)).to.be.within(15_000, 20_000);
    expect(sendDelay(key(1), 60_000)).to.be.within(0, 10_000);
  });

  it("don't come back in the same second after a Retry-After", async () => {
    const oracle = await startOracle();
    try {
      const waits: number[] = [];
      for (const share of [0, 0.5, 0.99]) {
        oracle.next.push((_, response) =>
          json(response, 503, { error: { code: 'not-ready', message: 'later' } }, { 'retry-after': '40' }),
        );
        const clock = new FakeClock(1_000_000);
        await new Uplink([oracle.url], { clock, random: () => share }).deliver([
          { report: 'AAAA', signature: 'AAAA' },
        ]);
        waits.push(clock.slept.reduce((sum, one) => sum + one, 0));
      }
      expect(waits).to.deep.equal([40_000, 55_000, 69_700]);
    } finally {
      await oracle.close();
    }
  });
});
