import { expect } from 'chai';
import type { Manifest } from '../src/domain';
import type { Oracle } from '../src/runtime/oracle';
import { bytesOf, signed } from './domain/support';
import { World } from './support/world';

/** The member that leads the first epoch's first attempt. */
const LEADER = 1;

describe("a leader's own log with a report that its device didn't sign", () => {
  let world: World;
  afterEach(() => world.stop());

  /** Writes a forged report and an honest one to the leader's log, as whoever may write there can. */
  async function closeForged(changes: Partial<Oracle>, threshold: number): Promise<void> {
    world = await new World().start();
    world.chain.threshold = threshold;
    await world.kill(LEADER);
    const { oracle } = await world.run(LEADER, changes);
    await world.tick();
    const [victim, honest] = world.devices;
    const forged = { ...bytesOf(signed(victim!)), signature: new Uint8Array(64) };
    await oracle.log.append([forged, bytesOf(signed(honest!))]);
    world.pass(61);
    await world.chain.cut();
    await world.promoted(1);
    const { manifest } = await world.at(LEADER).client.epoch(1);
    const { unverified, totals } = manifest as unknown as Manifest;
    expect(unverified).to.deep.equal({ 'bad-signature': 1 });
    expect(totals.accepted).to.equal(1);
    expect(world.events('declined')).to.deep.equal([]);
  }

  it('is checked on AWS, where whoever takes in reports can write to it', () =>
    closeForged({ copyMs: 60_000 }, 2));

  it('is checked where its own signature is enough', () => closeForged({}, 1));
});
