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
import { operations } from './operations';
import type { World } from './world';

/** How often each operation is drawn; 1 where nothing is said. */
const WEIGHTS: Record<string, number> = {
  fund: 6,
  finalize: 3,
  stakeShares: 6,
  unstakeShares: 3,
  depositRevenue: 3,
  claim: 6,
  setPermit: 5,
  syncPermit: 5,
  objectTranche: 3,
  announceTranche: 3,
  payTranche: 3,
  redeem: 3,
  transfer: 2,
};
const TIME_WEIGHT = 12;
const TRANCHE_WEIGHT = 3;
const DAY = 86_400n;
const TIMES = [DAY, 1n, DAY / 3n, 7n * DAY, DAY / 2n, 3n * DAY, 0n, DAY - 1n, DAY, 100n * DAY];

const stepped: Stepped<World, Attempt> = {
  draw: (world, operation, dice) => operations[operation]!(world, dice),
  watch: (world) => () => world.check(),
};

export function commands(tally: Map<string, number>): fc.Arbitrary<Command<World>>[] {
  const open = (name: string, run: (world: World) => void): Command<World> =>
    command(name, (world) => {
      if (!world.model.closed) run(world);
    });
  const attempts = Object.keys(operations).flatMap((operation) =>
    Array.from({ length: WEIGHTS[operation] ?? 1 }, () =>
      choices().map((made) =>
        open(operation, (world) => {
          perform(stepped, world, operation, stepped.draw(world, operation, new Dice(made)), tally);
        }),
      ),
    ),
  );
  const times = Array.from({ length: TIME_WEIGHT }, () =>
    fc.constantFrom(...TIMES).map((seconds) => wait<World>(seconds)),
  );
  const tranche = choices().map((made) =>
    open('a tranche', (world) => {
      const dice = new Dice(made);
      const attempt = (operation: string, ...given: number[]) =>
        perform(stepped, world, operation, stepped.draw(world, operation, new Dice(plain(...given))), tally);
      attempt('announceTranche');
      for (let count = dice.nat(4); count > 0; count--) attempt('objectTranche', dice.nat(4));
      wait<World>(dice.pick([7n * DAY, 6n * DAY])).run(world, world);
      attempt('unstakeShares', dice.nat(4), 2);
      attempt('payTranche');
    }),
  );
  const tranches = Array.from({ length: TRANCHE_WEIGHT }, () => tranche);
  return [...attempts, ...times, ...tranches];
}

/** Funds the asset with all holders, who stake what they bought: random order alone would seldom get far. */
export function bringToLife(world: World): void {
  const { model } = world;
  for (const at of world.holders.keys()) {
    act(world, 'setPermit', [at]);
    act(world, 'fund', [at]);
    act(world, 'syncPermit', [at]);
  }
  wait<World>(5n * DAY).run(world, world);
  act(world, 'finalize', []);
  for (const [at, { shares }] of model.holders.entries())
    if (shares > 0n) expect(act(world, 'stakeShares', [at])).to.equal(null);
}

const act = (world: World, operation: string, made: readonly number[]): string | null =>
  perform(stepped, world, operation, operations[operation]!(world, new Dice(plain(...made))), new Map());

/** Every holder of whatever became of the asset gets out what is theirs, whatever happened to permits. */
export function checkAlive(world: World): void {
  const { model, chain } = world;
  if (model.closed) return;
  const pass = (seconds: bigint) => wait<World>(seconds).run(world, world);
  if (model.state === 'funding') {
    pass(5n * DAY);
    expect(act(world, 'finalize', [0])).to.equal(null);
  }
  // Objections hold a stake for seven days, and the income of two windows comes with the next.
  pass(10n * DAY);
  for (const [at, holder] of model.holders.entries()) {
    if (holder.stake && holder.stake.earning + holder.stake.idle > 0n)
      expect(act(world, 'unstakeShares', [at]), `${at} unstakes all`).to.equal(null);
    for (const stream of [0, 1]) if (holder.stake) act(world, 'claim', [at, stream]);
    if (holder.stake) expect(act(world, 'closeStake', [at])).to.equal(null);
    if (model.state === 'failed' && holder.shares > 0n)
      expect(act(world, 'refund', [at]), `${at} is refunded`).to.equal(null);
  }
  if (model.state === 'funded' && model.nextTranche < model.terms.tranches.length) {
    pass(model.terms.tranches.at(-1)!.date + 130n * DAY - chain.now);
    expect(act(world, 'openClawBack', [0]), 'anyone claws back').to.equal(null);
  }
  if (model.state === 'clawed-back')
    for (const [at, holder] of model.holders.entries())
      if (holder.shares > 0n) expect(act(world, 'redeem', [at]), `${at} redeems`).to.equal(null);
  if (model.state !== 'funded') expect(act(world, 'closeAsset', [0]), 'it closes').to.equal(null);
}
