import { expect } from 'chai';
import { HOUR, MINUTE, NOON, signed } from '../domain/support';
import { DishonestMajority, HONEST } from '../support/dishonest-majority';
import { World } from '../support/world';
import { Functions } from './functions';
import type { Call } from './recorded';
import { allows, readStack, type Statement, statementsOf } from './stack';

const stack = readStack();
const queueOf = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}Queue`;

/** What AWS would refuse. */
function refused(functions: Functions): string[] {
  const calls = [...functions.calls].flatMap(([name, made]) => made.map((call) => ({ name, ...call })));
  const sent = [...functions.sent].flatMap(([name, to]) =>
    [...to].map((next) => ({
      name,
      action: 'sqs:SendMessage',
      resource: queueOf(next),
      partition: undefined,
    })),
  );
  return [...calls, ...sent]
    .filter(
      ({ name, action, resource, partition }) =>
        !allows(statementsOf(stack, name), action, resource, partition),
    )
    .map(({ name, action, resource, partition }) => `${name}: ${action} ${resource} ${partition ?? ''}`);
}

/** What a statement allows that changes something or shows a secret, one line for each pattern. */
const powersOf = ({ actions, resources, partitions }: Statement): [string, string, string?][] =>
  actions
    .filter(
      (action) => /Put(Item|Object)|Sign|SendMessage/.test(action) || resources.join().includes('payer'),
    )
    .flatMap((action) =>
      resources.flatMap((resource) =>
        (partitions ?? [undefined]).map((one): [string, string, string?] => [action, resource, one]),
      ),
    );

describe('roles on AWS', () => {
  let world: World;
  const used = new Map<string, Call[]>();
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  function add({ calls, sent }: Functions): void {
    for (const [name, made] of calls) used.set(name, [...(used.get(name) ?? []), ...made]);
    for (const [name, to] of sent)
      for (const next of to) used.get(name)!.push({ action: 'sqs:SendMessage', resource: queueOf(next) });
  }

  const others = async () => {
    for (const i of [1, 2]) await world.at(i).server.tick();
  };

  it('allow what the functions do, epoch after epoch, by schedules and messages', async () => {
    const functions = await new Functions(world, 0).start();
    await functions.tick();
    await others();
    for (let epoch = 1; epoch <= 3; epoch++) {
      const start = NOON + epoch * 15 * MINUTE;
      world.time = (start + HOUR) * 1000;
      const { results } = await functions.submit(world.devices.map((device) => signed(device, { start })));
      expect(results.map(({ status }) => status)).to.deep.equal(world.devices.map(() => 'accepted'));
      for (let round = 0; round < 10 && world.chain.current.epoch < epoch; round++) {
        await functions.tick();
        await others();
      }
      expect(world.chain.current.epoch).to.equal(epoch);
    }
    await functions.tick();
    const { client } = world.at(0);
    expect((await client.epochs()).epochs.map(({ state }) => state)).to.include('promoted');
    expect((await client.settlement(0)).epoch).to.equal(3);
    expect((await client.device(0)).index).to.equal(0);
    expect(refused(functions)).to.deep.equal([]);
    add(functions);
  });
});
