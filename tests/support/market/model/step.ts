import { EXPIRY_SECONDS, type UsageLeaf } from '@commonwire/sdk/market';
import { expect } from 'chai';
import fc from 'fast-check';
import { Dice } from '../../model/dice';
import {
  type Attempt,
  type Command,
  choices,
  command,
  perform,
  plain,
  type Stepped,
  wait,
} from '../../model/steps';
import type { ModelOffer, ModelOrder } from './market-model';
import { operations } from './operations';
import type { World } from './world';

/** How often each operation is drawn; 1 where nothing is said. */
const WEIGHTS: Record<string, number> = {
  createOffer: 4,
  createOrder: 5,
  settleUse: 12,
  closeOrder: 6,
  collect: 4,
  closeOffer: 3,
  admitMeter: 2,
  withdrawFees: 2,
};
const [EPOCH_WEIGHT, TIME_WEIGHT] = [6, 6];
const DAY = 86_400n;
const TIMES = [900n, 7_200n, 1n, 3_600n, 11_700n, 3n * DAY, 31n * DAY, 899n];
const MOST = 2n ** 64n - 1n;
const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

const stepped: Stepped<World, Attempt> = {
  draw: (world, operation, dice) => operations[operation]!(world, dice),
  watch: (world) => () => world.check(),
};

export function commands(tally: Map<string, number>): fc.Arbitrary<Command<World>>[] {
  const attempts = Object.keys(operations).flatMap((operation) =>
    Array.from({ length: WEIGHTS[operation] ?? 1 }, () =>
      choices().map((made) =>
        command<World>(operation, (world) => {
          perform(stepped, world, operation, stepped.draw(world, operation, new Dice(made)), tally);
        }),
      ),
    ),
  );
  const times = Array.from({ length: TIME_WEIGHT }, () =>
    fc.constantFrom(...TIMES).map((seconds) => wait<World>(seconds)),
  );
  const epochs = Array.from({ length: EPOCH_WEIGHT }, () =>
    choices().map((made) => command<World>('an epoch', (world) => use(world, new Dice(made)))),
  );
  const pauses = fc.constantFrom(3_600n, 3n * DAY).map((seconds) =>
    command<World>(`pause ${seconds}`, (world) => {
      world.journal.push(`pause ${seconds}`);
      world.pause(seconds);
    }),
  );
  return [...attempts, ...times, ...epochs, pauses];
}

/** Promotes an epoch: what a committee may sign, honest or not, within the account's limits or beyond them. */
function use(world: World, dice: Dice): void {
  const { orders, offers } = world.model;
  const leaves = [...orders.values(), ...offers.values()].flatMap((account) => leafOf(world, account, dice));
  world.promote(leaves);
  world.journal.push(`an epoch of ${leaves.map(({ side, units, amount }) => `${side} ${units} ${amount}`)}`);
}

function leafOf(world: World, account: ModelOrder | ModelOffer, dice: Dice): UsageLeaf[] {
  if (dice.rarely(5)) return [];
  const grown = account.units + dice.pick([10n, 1n, 0n, 1_000n, 2n ** 20n]);
  const units = dice.rarely(10) && account.units > 0n ? account.units - 1n : least(grown, MOST);
  const at = { account: account.address, birth: account.birth, counterparty: world.areas[account.area]! };
  if ('ask' in account) {
    const price = account.ask + dice.pick([0n, 1n, account.ask, account.ask - 1n]);
    const amount = dice.rarely(12) ? account.ask * units - 1n : price * units;
    return [{ side: 'offer', ...at, units, amount: bounded(amount) }];
  }
  const { budget, maxPrice } = account.terms;
  const most = least(budget, maxPrice * units);
  const amount = dice.pick([most, most / 2n, most / 2n, most - 1n, account.amount, most + 1n]);
  return [{ side: 'order', ...at, units, amount: bounded(amount) }];
}

const bounded = (amount: bigint): bigint => (amount < 0n ? 0n : least(amount, MOST));

const act = (world: World, operation: string, ...made: number[]): string | null =>
  perform(stepped, world, operation, operations[operation]!(world, new Dice(plain(...made))), new Map());

/** Admits meters, and lets everybody offer and order: random order alone would seldom get far. */
export function bringToLife(world: World): void {
  for (const area of [0, 1])
    for (const device of [0, 1]) expect(act(world, 'admitMeter', area, device)).to.equal(null);
  for (const at of world.people.keys()) {
    expect(act(world, 'createOffer', at, at % 2, 0)).to.equal(null);
    expect(act(world, 'createOrder', at, at % 2, 1)).to.equal(null);
  }
}

/** Everybody gets out what is theirs, whatever happened to the oracles. */
export function endWell(world: World): void {
  wait<World>(EXPIRY_SECONDS + 40n * DAY).run(world, world);
  const { model } = world;
  while (model.orders.size > 0) expect(act(world, 'closeOrder', 0, 2), 'an order closes').to.equal(null);
  while (model.offers.size > 0) {
    act(world, 'collect');
    expect(act(world, 'closeOffer'), 'an offer closes').to.equal(null);
  }
  act(world, 'withdrawFees');
  const { escrow, due, feesLeft, orders, offers } = world.market();
  expect([escrow, due, feesLeft, orders, offers]).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
}
