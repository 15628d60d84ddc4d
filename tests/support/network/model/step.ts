import { expect } from 'chai';
import fc from 'fast-check';
import { Dice } from '../../model/dice';
import { type Command, choices, command, plain, type Stepped, Try, wait } from '../../model/steps';
import { checkChanges, snapshot } from './changes';
import { checkChallenge, checkModel, checkSums } from './checks';
import { bonds } from './ops/bonds';
import { devices } from './ops/devices';
import { disputes } from './ops/disputes';
import { epochs } from './ops/epochs';
import { govern } from './ops/govern';
import { money } from './ops/money';
import type { NetworkAttempt, Site, World } from './world';

const OPERATIONS: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  ...govern,
  ...devices,
  ...epochs,
  ...money,
  ...disputes,
  ...bonds,
};

/** How often each operation is drawn; 1 where nothing is said. */
const WEIGHTS: Record<string, number> = {
  registerDevices: 2,
  cutEpoch: 2,
  postEpoch: 3,
  promote: 2,
  settle: 10,
  challengeEpoch: 4,
  vetoEpoch: 2,
  closePage: 2,
  setCommittee: 2,
  withdrawBond: 2,
  transferDevice: 3,
  openPage: 2,
  unpause: 3,
  depositBond: 2,
  unlockBond: 2,
  slash: 2,
};
const TIME_WEIGHT = 6;
const ADVANCE_WEIGHT = 16;
const INTERRUPT_WEIGHT = 4;
const TIMES = [31n, 61n, 10n, 95n, 130n, 1n, 0n, 700n, 604_800n, 1_300_000n];

/** Operations of the model by name: all the program's instructions, and what tokens do by themselves. */
export const operations: readonly string[] = Object.keys(OPERATIONS);

/** Attempts in one of a world's networks; afterwards all of them keep what must hold. */
const network: Stepped<World, NetworkAttempt> = {
  draw(world, operation, dice) {
    const site = dice.pick(world.sites);
    const attempt = OPERATIONS[operation]!(world, site, dice);
    return { ...attempt, where: `network ${site.at}` };
  },
  watch(world, attempt) {
    const before = snapshot(world, attempt);
    return (refused) => {
      checkChanges(world, attempt, before, refused);
      if (!refused) {
        checkModel(world, attempt.site);
        checkSums(world, attempt.site);
      }
      for (const site of world.sites) checkChallenge(world, site);
    };
  },
};

type Tally = Map<string, number>;

const attempt = (world: World, tally: Tally, operation: string, made: readonly number[]): void =>
  new Try(network, operation, made, tally).run(world);

/** The next thing in the life of an epoch, at its time: random order alone would seldom get far. */
const advance = (made: readonly number[], tally: Tally) =>
  command<World>('advance', (world) => {
    const { model, at } = new Dice(made).pick(world.sites);
    const next = model.pending ? 'promote' : model.nextCut() ? 'postEpoch' : 'cutEpoch';
    const due = {
      promote: BigInt(model.policy.challengeSeconds),
      postEpoch: 0n,
      cutEpoch: BigInt(model.policy.epochSeconds),
    };
    wait(due[next]).run(world, world);
    attempt(world, tally, next, [at, ...made.slice(1)]);
  });

/** A pause in the middle of a challenge period, and a promotion before and after what is left of it. */
const interrupt = (made: readonly number[], tally: Tally) =>
  command<World>('interrupt', (world) => {
    const dice = new Dice(made);
    const { model, at } = dice.pick(world.sites);
    const act = (operation: string, ...rest: number[]) =>
      attempt(world, tally, operation, plain(at, ...rest));
    if (!model.pending) return;
    const pass = () => {
      const seconds = dice.pick([10n, 0n, BigInt(model.policy.challengeSeconds), 604_800n]);
      wait(seconds).run(world, world);
    };
    pass();
    act('pause', dice.nat(3), dice.nat(3));
    pass();
    if (dice.nat(2) === 0) act('unpause');
    act('promote');
    pass();
    act('promote');
  });

/** The same epoch is posted and made void again and again by the guardian. */
const contest = (made: readonly number[], tally: Tally) =>
  command<World>('contest', (world) => {
    const { model, at } = new Dice(made).pick(world.sites);
    for (let round = 0; round < 3; round++) {
      if (!model.pending) attempt(world, tally, 'postEpoch', plain(at));
      attempt(world, tally, 'vetoEpoch', plain(at));
    }
  });

/** Brings every network of a world to where devices have earned and can be paid. */
export function bringToLife(world: World): void {
  const tally: Tally = new Map();
  const act = (operation: string, ...made: number[]) => attempt(world, tally, operation, plain(...made));
  const pass = (seconds: bigint) => wait(seconds).run(world, world);
  for (const { at } of world.sites) {
    // Three devices each for two owners.
    for (const owner of [0, 1]) act('registerDevices', at, owner, 0, 0, 0, 2);
    act('openPage', at);
    if (world.sites[at]!.model.founding.funded) act('fundVault', at);
    pass(61n);
    act('cutEpoch', at);
    act('postEpoch', at);
    pass(31n);
    act('promote', at);
    expect(world.sites[at]!.model.current.epoch, 'an epoch was promoted').to.equal(1n);
  }
}

/** Commands over all operations, each as often as its weight. `tally` counts how attempts ended. */
export function commands(tally: Tally): fc.Arbitrary<Command<World>>[] {
  const times = <T>(count: number, one: T): T[] => Array<T>(count).fill(one);
  const drawn = (make: (made: number[], tally: Tally) => Command<World>) =>
    choices().map((made) => make(made, tally));
  return [
    ...operations.flatMap((operation) => {
      const trial = drawn((made) => new Try(network, operation, made, tally));
      return times(WEIGHTS[operation] ?? 1, trial);
    }),
    ...times(
      TIME_WEIGHT,
      fc.constantFrom(...TIMES).map((seconds) => wait<World>(seconds)),
    ),
    ...times(ADVANCE_WEIGHT, drawn(advance)),
    ...times(INTERRUPT_WEIGHT, drawn(interrupt)),
    drawn(contest),
  ];
}
