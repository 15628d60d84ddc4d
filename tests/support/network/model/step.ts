import { expect } from 'chai';
import fc from 'fast-check';
import { Dice } from '../../model/dice';
import { type Command, choices, command, perform, plain, type Stepped, wait } from '../../model/steps';
import { checkChanges, snapshot } from './changes';
import { checkModel } from './check-model';
import { checkChallenge, checkPromoted, checkSums } from './checks';
import { bonds } from './ops/bonds';
import { closing } from './ops/closing';
import { devices } from './ops/devices';
import { disputes } from './ops/disputes';
import { epochs } from './ops/epochs';
import { govern } from './ops/govern';
import { money } from './ops/money';
import { ruleChanges } from './ops/rule-changes';
import { recover } from './recovery';
import { keepWatch } from './watcher';
import type { NetworkAttempt, Site, World } from './world';

const OPERATIONS: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  ...govern,
  ...ruleChanges,
  ...devices,
  ...epochs,
  ...money,
  ...disputes,
  ...bonds,
  ...closing,
};

/** How often each operation is drawn; 1 where nothing is said. */
const WEIGHTS: Record<string, number> = {
  registerDevices: 2,
  cutEpoch: 2,
  postEpoch: 4,
  approveEpoch: 3,
  promote: 2,
  settle: 10,
  challengeEpoch: 4,
  demandLeaf: 3,
  answerDemand: 4,
  closeDemand: 2,
  vetoEpoch: 2,
  setCommittee: 2,
  applyRuleChange: 2,
  withdrawBond: 2,
  transferDevice: 3,
  openPage: 2,
  unpause: 3,
  depositBond: 2,
  unlockBond: 2,
  slash: 2,
};
const TIME_WEIGHT = 6;
const HALT_WEIGHT = 1;
const ADVANCE_WEIGHT = 18;
const INTERRUPT_WEIGHT = 4;
const STORY_WEIGHT = 4;
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
    const { site } = attempt;
    const before = snapshot(world, attempt);
    const { pending, current } = site.model;
    return (refused) => {
      checkChanges(world, attempt, before, refused);
      if (!refused) {
        if (site.model.current !== current) checkPromoted(world, site, pending!, current);
        checkModel(world, site);
        checkSums(world, site);
      }
      for (const each of world.sites) checkChallenge(world, each);
    };
  },
};

type Tally = Map<string, number>;

/** Makes one attempt that is ready to be sent. @returns null, or why it was refused */
export type Act = (operation: string, attempt: NetworkAttempt) => string | null;

const acting =
  (world: World, tally: Tally): Act =>
  (operation, attempt) =>
    perform(network, world, operation, { ...attempt, where: `network ${attempt.site.at}` }, tally);

/** Draws an attempt and makes it; then those who watch do what they must. */
function attempt(world: World, tally: Tally, operation: string, made: readonly number[]): void {
  const drawn = network.draw(world, operation, new Dice(made));
  perform(network, world, operation, drawn, tally);
  watchAll(world, tally);
}

function watchAll(world: World, tally: Tally): void {
  for (const site of world.sites) if (site.watched) keepWatch(world, site, acting(world, tally));
}

/** Time goes by, and those who watch do what they must. */
function pass(world: World, tally: Tally, seconds: bigint, slots?: number): void {
  wait<World>(seconds, slots).run(world, world);
  watchAll(world, tally);
}

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
    if (due[next] < 2n ** 31n) wait<World>(due[next]).run(world, world);
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
    const passes = () => {
      const challenge = BigInt(Math.min(model.policy.challengeSeconds, 90));
      pass(world, tally, dice.pick([10n, 0n, challenge, 604_800n]));
    };
    passes();
    act('pause', dice.nat(3), dice.nat(3));
    passes();
    if (dice.nat(2) === 0) act('unpause');
    act('promote');
    passes();
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

/** Operations that seldom follow each other by chance, with the first choices of each; a bigint is a wait. */
type Story = readonly (bigint | readonly [operation: string, ...choices: number[]])[];

const STORIES: readonly Story[] = [
  // Something is taken back, while devices are due.
  [
    ['nameCorrective'],
    95n,
    ['cutEpoch'],
    ['settle'],
    ['postEpoch'],
    ['settle'],
    61n,
    ['promote'],
    ['settle'],
  ],
  // Two members approve one claim, which is posted without a signature; later the approvals are closed.
  [95n, ['cutEpoch'], ['approveEpoch', 0, 0], ['approveEpoch', 0, 1], ['postEpoch', 2], ['closeApproval']],
  [
    ['approveEpoch', 0, 0],
    ['slash', 0, 1, 0, 0, 0, 1],
  ],
  // The last member goes, and has its bond back.
  [['resign'], ['unlockBond', 2], 700n, ['withdrawBond', 2]],
  // A network is wound up.
  [['closeNetwork', 5], ['settle'], ['promote'], 2_600_000n, ['settle'], ['finishClose']],
  [
    ['closeNetwork', 5],
    ['vetoEpoch'],
    2_600_000n,
    ['finishClose'],
    ['withdrawSurplus'],
    ['closePage'],
    ['donate'],
  ],
];

/** A story in one network; whatever it doesn't fix is as drawn. */
const tell = (made: readonly number[], tally: Tally) =>
  command<World>('story', (world) => {
    const dice = new Dice(made);
    const site = dice.pick(world.sites);
    // Closing comes seldom: nothing much happens afterwards.
    const story = STORIES[Math.min(dice.nat(9), dice.nat(9)) % STORIES.length]!;
    for (const part of story) {
      if (typeof part === 'bigint') pass(world, tally, part);
      else {
        const [operation, ...choice] = part;
        const rest = choice.length > 0 || operation !== 'settle' ? plain(...choice) : made.slice(3);
        attempt(world, tally, operation, [site.at, ...rest]);
      }
    }
  });

/** Honest people take a network over, and bring it to its next epoch. */
const rescue = (made: readonly number[], tally: Tally) =>
  command<World>('rescue', (world) => {
    const site = new Dice(made).pick(world.sites);
    if (site.model.life === 'open') recover(world, site, acting(world, tally));
  });

/** Whatever was done to the networks of a world, honest people can go on with each. */
export function checkAlive(world: World): void {
  for (const site of world.sites) recover(world, site, acting(world, new Map()));
}

/** Brings every network of a world to where devices have earned and can be paid. */
export function bringToLife(world: World): void {
  const tally: Tally = new Map();
  const act = (operation: string, ...made: number[]) => attempt(world, tally, operation, plain(...made));
  for (const { at } of world.sites) {
    // Three devices each for two owners.
    for (const owner of [0, 1]) act('registerDevices', at, owner, 0, 0, 0, 2);
    act('openPage', at);
    if (world.sites[at]!.model.founding.funded) act('fundVault', at);
    pass(world, tally, 61n);
    act('cutEpoch', at);
    act('postEpoch', at);
    pass(world, tally, 31n);
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
      const trial = choices().map((made) =>
        command<World>(operation, (world) => attempt(world, tally, operation, made)),
      );
      return times(WEIGHTS[operation] ?? 1, trial);
    }),
    ...times(
      TIME_WEIGHT,
      fc
        .constantFrom(...TIMES)
        .map((seconds) => command<World>(`wait ${seconds}`, (world) => pass(world, tally, seconds))),
    ),
    ...times(
      HALT_WEIGHT,
      fc
        .constantFrom(...TIMES)
        .map((seconds) => command<World>(`halt ${seconds}`, (world) => pass(world, tally, seconds, 0))),
    ),
    ...times(ADVANCE_WEIGHT, drawn(advance)),
    ...times(INTERRUPT_WEIGHT, drawn(interrupt)),
    drawn(contest),
    drawn(rescue),
    ...times(STORY_WEIGHT, drawn(tell)),
  ];
}
