import { expect } from 'chai';
import { takeTurn } from '../../src/functions/turn';
import type { WorkName } from '../../src/functions/work';
import type { Oracle } from '../../src/runtime/oracle';
import { LEASES, takeLease } from '../../src/storage/lease';
import type { Store } from '../../src/storage/store';
import { World } from '../support/world';

const WRITERS = 20;
const DAY = 86_400_000;

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

describe('leases', () => {
  let world: World;
  let store: Store;
  before(async () => {
    world = await new World(1).start();
  });
  after(() => world.stop());
  beforeEach(async () => {
    store = await world.store(`leases-${Math.random().toString(36).slice(2)}`);
  });
  const take = (now: number, owner = 'one') => takeLease(store, 'close', { owner, now, until: now + 100 });

  it('go to one of many who try at once', async () => {
    for (const now of [1_000, 2_000]) {
      const taken = await Promise.all(Array.from({ length: WRITERS }, (_, i) => take(now, `${i}`)));
      expect(taken.filter((lease) => lease !== undefined)).to.have.length(1);
    }
  });

  it('are free again once they are released, or their time is over, each with a higher token', async () => {
    const first = await take(1_000);
    expect(await take(1_099)).to.equal(undefined);
    await first!.release();
    const second = await take(1_099);
    const third = await take(1_199);
    expect(third!.token).to.be.greaterThan(second!.token);
    expect(second!.token).to.be.greaterThan(first!.token);
  });

  it('hold up nobody if they were taken while a clock was far ahead', async () => {
    const wrong = await take(365 * DAY);
    expect(wrong).not.to.equal(undefined);
    const taken = await take(1_000);
    expect(taken!.token).to.be.greaterThan(wrong!.token);
    await wrong!.release();
    expect(await take(1_050)).to.equal(undefined);
  });

  it('are believed of a machine whose clock is a little ahead', async () => {
    expect(await take(10_000)).not.to.equal(undefined);
    expect(await take(1_000)).to.equal(undefined);
  });

  it('stay with a later holder when an earlier one releases its own', async () => {
    const late = await take(1_000);
    const now = await take(1_100);
    expect(now).not.to.equal(undefined);
    await late!.release();
    expect(await take(1_101)).to.equal(undefined);
  });

  describe('of functions', () => {
    const invocation = { name: 'close', id: 'one', ms: 60_000 } as const;
    let oracle: Oracle;
    let sent: WorkName[];
    const send = async (name: WorkName) => void sent.push(name);
    beforeEach(() => {
      sent = [];
      oracle = { ...world.at(0).oracle, store, now: () => world.time };
    });

    it('let one invocation work at a time: 35 in a minute close once', async () => {
      let closes = 0;
      let open!: () => void;
      const finished = new Promise<void>((resolve) => {
        open = resolve;
      });
      const work = async () => {
        closes++;
        await finished;
      };
      const first = takeTurn(oracle, invocation, work, send);
      while (closes === 0) await new Promise((resolve) => setImmediate(resolve));
      const others = await Promise.all(
        Array.from({ length: 34 }, (_, i) => takeTurn(oracle, { ...invocation, id: `${i}` }, work, send)),
      );
      open();
      expect(await first).to.equal(true);
      expect(others).to.deep.equal(Array(34).fill(false));
      expect(closes).to.equal(1);
      expect(await takeTurn(oracle, invocation, async () => undefined, send)).to.equal(true);
    });

    it('end with an invocation that is killed, once its time is over', async () => {
      void takeTurn(oracle, invocation, () => new Promise(() => undefined), send);
      await until(async () => (await store.get(LEASES, 'close')) !== undefined);
      const again = () => takeTurn(oracle, { ...invocation, id: 'two' }, async () => undefined, send);
      expect(await again()).to.equal(false);
      world.pass(66);
      expect(await again()).to.equal(true);
    });

    it('are given back by work that fails, which is told to the caller, and what it did is followed', async () => {
      const failing = async (one: Oracle) => {
        one.events.emit('sealed', { epoch: 1, reports: 0, root: '' });
        throw new Error('no time left');
      };
      const failed = await takeTurn(oracle, invocation, failing, send).catch((error: Error) => error.message);
      expect(failed).to.equal('no time left');
      expect(sent).to.deep.equal(['close']);
      expect(await takeTurn(oracle, invocation, async () => undefined, send)).to.equal(true);
      expect(sent).to.deep.equal(['close']);
    });
  });
});
