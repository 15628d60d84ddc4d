import { expect } from 'chai';
import { factsOf } from '../src/epoch/facts';
import { noteOutcome, outcomeOf } from '../src/epoch/steps/stores';
import { readBlob } from '../src/storage/blobs';
import { HOUR, MINUTE, NOON, signed } from './domain/support';
import { StepMachine } from './support/step-machine';
import { World } from './support/world';

/** Of the first epoch, with three oracles. */
const LEADER = 1;

describe('an epoch that is closed elsewhere', function () {
  this.timeout(60_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  async function leaderWith(machine: StepMachine): Promise<void> {
    await world.kill(LEADER);
    await world.run(LEADER, { elsewhere: machine.elsewhere });
    await world.tick();
    await world.at(0).client.submit(world.devices.map((device) => signed(device)));
    world.pass(61);
  }
  const names = () => world.events('delegated').map(({ execution }) => execution as string);

  it('is signed by its leader at a later turn, and recomputed by the others on one machine', async () => {
    const machines = [1, 2].map((i) => new StepMachine(world, i));
    await world.kill(2);
    await world.run(2, { elsewhere: machines[1]!.elsewhere });
    await leaderWith(machines[0]!);
    for (const [i, machine] of machines.entries()) {
      await world.tick(2);
      expect(names()).to.have.length(i + 1);
      expect(world.events('closed'), 'nobody signs before it has ended').to.have.length(i);
      await machine.work();
      await world.promoted(i + 1);
      const start = NOON + (i + 1) * 15 * MINUTE;
      world.time = (start + HOUR) * 1000;
      await world.at(0).client.submit(world.devices.map((device) => signed(device, { start })));
    }
    expect(world.events('failed')).to.deep.equal([]);
    expect(world.events('declined')).to.deep.equal([]);
    expect(world.events('signed')).to.have.length(6);
  });

  it('is signed for its attempt also once the time of that is over, by a leader that was restarted', async () => {
    const machine = new StepMachine(world, LEADER);
    await leaderWith(machine);
    await world.tick(2);
    expect(names()).to.have.length(1);
    await world.kill(0);
    await world.kill(2);
    world.pass(world.patience.attemptMs / 1000 + 1);
    await world.kill(LEADER);
    await world.run(LEADER, { elsewhere: machine.elsewhere });
    await machine.work();
    await world.tick(2);
    expect(world.events('closed').map(({ epoch, attempt }) => [epoch, attempt])).to.deep.equal([[1, 0]]);
  });

  it('is tried three times, and then closed on one machine if it is small', async () => {
    const machine = new StepMachine(world, LEADER);
    await leaderWith(machine);
    for (let tries = 1; tries <= 3; tries++) {
      await world.tick(2);
      expect(world.events('delegated').at(-1)).to.include({ epoch: 1, attempt: 0, shards: 1, tries });
      machine.fail();
    }
    expect(new Set(names()).size).to.equal(3);
    expect(world.events('closed')).to.deep.equal([]);
    await world.promoted(1);
    expect(names()).to.have.length(3);
    expect(world.events('declined')).to.deep.equal([]);
  });

  it('is not closed if it is too large for one machine, which health says until another oracle has', async () => {
    const machine = new StepMachine(world, LEADER, 0);
    await leaderWith(machine);
    for (let tries = 1; tries <= 3; tries++) {
      await world.tick(2);
      machine.fail();
    }
    await world.tick();
    const problems = async () => (await world.at(LEADER).client.health()).problems.map(({ code }) => code);
    expect(await problems()).to.include('close-failed');
    expect(world.events('failed').at(-1)).to.include({ task: 'close', code: 'close-failed' });
    world.pass(world.patience.attemptMs / 1000 + 1);
    await world.promoted(1);
    expect(await problems()).not.to.include('close-failed');
  });

  it('is not signed if what the steps left contradicts itself, or is of another epoch', async () => {
    const machine = new StepMachine(world, LEADER, 0);
    await leaderWith(machine);
    await world.tick(3);
    await machine.work();
    const { oracle } = world.at(LEADER);
    const [begun] = await factsOf(oracle.store, 1).list<{ globals: string }>('steps:');
    const { globals } = begun!;
    const place = { step: 'root', globals } as const;
    const right = await outcomeOf(machine.elsewhere, place);
    const manifest = JSON.parse(Buffer.from((await readBlob(oracle.blobs, right))!).toString());
    for (const [wrong, reason] of [
      [{ ...manifest, totals: { ...manifest.totals, accepted: 5 } }, 'totals.accepted'],
      [{ ...manifest, epoch: 2 }, 'another epoch'],
    ] as const) {
      const hash = await oracle.blobs.put(Buffer.from(JSON.stringify(wrong)));
      await noteOutcome(machine.elsewhere, place, hash);
      await world.at(LEADER).server.tick();
      const said = world.events('failed').filter(({ code }) => code === 'close-differs');
      expect(said.at(-1)!.message).to.include(reason);
    }
    expect(names()).to.have.length(1);
    expect(world.events('closed')).to.deep.equal([]);
    await noteOutcome(machine.elsewhere, place, right);
    await world.promoted(1);
  });
});
