import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { DemoClock } from '../../app/demo/src/demo-clock';
import { LivingNetwork } from '../../app/demo/src/living-network';

/** Keeps this process from doing anything else. */
function busy(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

describe('a demo on a machine that is busy', () => {
  it('does not refuse honest devices as too old, although it stood still for longer than they may be late', async function () {
    this.timeout(240_000);
    const network = await LivingNetwork.start({ epochSeconds: 4, port: 0, write: () => undefined });
    try {
      await network.promoted(1);
      // At 4 s a day, reports may be 6 s late.
      busy(9_000);
      const { honest_refused, reports } = await network.finish(2);
      expect(honest_refused).to.deep.equal({});
      expect(reports.accepted).to.be.greaterThan(500);
    } finally {
      await network.stop();
    }
  });

  it('has a clock that leaves out the time in which nothing was answered, and goes slower when told to', async () => {
    const clock = new DemoClock();
    try {
      await clock.sleep(50);
      const before = clock.now();
      busy(1_000);
      await clock.sleep(50);
      expect(clock.now() - before).to.be.within(50, 400);
      expect([clock.lags(true), clock.lags(true)]).to.deep.equal([true, false]);
      const slow = clock.now();
      const begun = performance.now();
      await clock.sleep(400);
      // No more than a quarter of the time that passed, and the rounding of both.
      expect(clock.now() - slow).to.be.within(20, (performance.now() - begun) / 4 + 2);
      expect(clock.lags(false)).to.equal(true);
    } finally {
      clock.stop();
    }
  });

  it('error: port-in-use, before anything is founded, if one is running already', async () => {
    const there = createServer().listen(0, '127.0.0.1');
    await once(there, 'listening');
    const { port } = there.address() as { port: number };
    const told: string[] = [];
    try {
      const started = LivingNetwork.start({ epochSeconds: 4, port, write: (line) => told.push(line) });
      const error = await started.catch((caught: unknown) => caught);
      expect(error).to.include({ code: 'port-in-use' });
      expect(String((error as Error).message))
        .to.include(`http://127.0.0.1:${port}/`)
        .and.include('--port 0');
      expect(told).to.deep.equal([]);
    } finally {
      there.close();
    }
  });
});
