import { expect } from 'chai';
import fc from 'fast-check';
import { Dice } from '../../model/dice';
import { Refused } from '../../model/rules';
import { checkChanges, snapshot } from './changes';
import { checkChallenge, checkModel, checkSums } from './checks';
import { bonds } from './ops/bonds';
import { devices } from './ops/devices';
import { disputes } from './ops/disputes';
import { epochs } from './ops/epochs';
import { govern } from './ops/govern';
import { money } from './ops/money';
import type { Attempt, Site, World } from './world';

const OPERATIONS: Record<string, (world: World, site: Site, dice: Dice) => Attempt> = {
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
const CHOICES = 14;
const TIMES = [31n, 61n, 10n, 95n, 130n, 1n, 0n, 700n, 604_800n, 1_300_000n];

/** Operations of the model by name: all the program's instructions, and what tokens do by themselves. */
export const operations: readonly string[] = Object.keys(OPERATIONS);

type Command = fc.Command<World, World>;

/** Time goes by. */
class Wait implements Command {
  constructor(private readonly seconds: bigint) {}
  check = () => true;
  run(world: World): void {
    world.journal.push(`wait ${this.seconds}`);
    world.chain.pass(this.seconds);
  }
  toString = (): string => `wait ${this.seconds}`;
}

/** The next thing in the life of an epoch, at its time: random order alone would seldom get far. */
class Advance implements Command {
  constructor(
    private readonly choices: readonly number[],
    private readonly tally: Map<string, number>,
  ) {}

  check = () => true;
  toString = (): string => 'advance';

  run(world: World): void {
    const { model, at } = new Dice(this.choices).pick(world.sites);
    const next = model.pending ? 'promote' : model.nextCut() ? 'postEpoch' : 'cutEpoch';
    const due = {
      promote: BigInt(model.policy.challengeSeconds),
      postEpoch: 0n,
      cutEpoch: BigInt(model.policy.epochSeconds),
    };
    new Wait(due[next]).run(world);
    new Try(next, [at, ...this.choices.slice(1)], this.tally).run(world);
  }
}

/** A pause in the middle of a challenge period, and a promotion before and after what is left of it. */
class Interrupt implements Command {
  constructor(
    private readonly choices: readonly number[],
    private readonly tally: Map<string, number>,
  ) {}

  check = () => true;
  toString = (): string => 'interrupt';

  run(world: World): void {
    const dice = new Dice(this.choices);
    const { model, at } = dice.pick(world.sites);
    const attempt = (operation: string, ...rest: number[]) =>
      new Try(operation, [at, ...rest, ...Array<number>(CHOICES).fill(0)], this.tally).run(world);
    if (!model.pending) return;
    const wait = () =>
      new Wait(dice.pick([10n, 0n, BigInt(model.policy.challengeSeconds), 604_800n])).run(world);
    wait();
    attempt('pause', dice.nat(3), dice.nat(3));
    wait();
    if (dice.nat(2) === 0) attempt('unpause');
    attempt('promote');
    wait();
    attempt('promote');
  }
}

/** The same epoch is posted and made void again and again by the guardian. */
class Contest implements Command {
  constructor(
    private readonly choices: readonly number[],
    private readonly tally: Map<string, number>,
  ) {}

  check = () => true;
  toString = (): string => 'contest';

  run(world: World): void {
    const { model, at } = new Dice(this.choices).pick(world.sites);
    const attempt = (operation: string) =>
      new Try(operation, [at, ...Array<number>(CHOICES).fill(0)], this.tally).run(world);
    for (let round = 0; round < 3; round++) {
      if (!model.pending) attempt('postEpoch');
      attempt('vetoEpoch');
    }
  }
}

/** Somebody tries something; the chain must do what the model does. */
class Try implements Command {
  private said = '';

  constructor(
    private readonly operation: string,
    private readonly choices: readonly number[],
    private readonly tally: Map<string, number>,
  ) {}

  check = () => true;
  toString = (): string => this.said || this.operation;

  run(world: World): void {
    const dice = new Dice(this.choices);
    const site = dice.pick(world.sites);
    const attempt = OPERATIONS[this.operation]!(world, site, dice);
    this.said = `network ${site.at}: ${attempt.what}`;
    world.journal.push(this.said);
    world.steps += 1;
    const before = snapshot(world, attempt);
    const refused = world.chain.send(attempt.instructions, attempt.signers);
    const expected = predict(attempt);
    this.said += refused ? ` (${refused})` : '';
    const outcome = `${this.operation} ${refused ?? 'ok'}`;
    this.tally.set(outcome, (this.tally.get(outcome) ?? 0) + 1);
    expect(refused, 'the chain does what the model does').to.equal(expected);
    checkChanges(world, attempt, before, refused);
    if (!refused) {
      checkModel(world, site);
      checkSums(world, site);
    }
    for (const other of world.sites) checkChallenge(world, other);
  }
}

/** Brings every network of a world to where devices have earned and can be paid. */
export function bringToLife(world: World): void {
  const tally = new Map<string, number>();
  const attempt = (operation: string, ...choices: number[]) =>
    new Try(operation, [...choices, ...Array<number>(CHOICES).fill(0)], tally).run(world);
  const wait = (seconds: bigint) => new Wait(seconds).run(world);
  for (const { at } of world.sites) {
    // Three devices each for two owners.
    for (const owner of [0, 1]) attempt('registerDevices', at, owner, 0, 0, 0, 2);
    attempt('openPage', at);
    if (world.sites[at]!.model.founding.funded) attempt('fundVault', at);
    wait(61n);
    attempt('cutEpoch', at);
    attempt('postEpoch', at);
    wait(31n);
    attempt('promote', at);
    expect(world.sites[at]!.model.current.epoch, 'an epoch was promoted').to.equal(1n);
  }
}

/** Commands over all operations. `tally` counts how each ended; `replayPath` is what a failure's message calls so. */
export function commands(most: number, tally: Map<string, number>, replayPath?: string) {
  const choices = fc.array(fc.nat(999), { minLength: CHOICES, maxLength: CHOICES });
  const kinds = operations.flatMap((operation) =>
    Array.from({ length: WEIGHTS[operation] ?? 1 }, () =>
      choices.map((made): Command => new Try(operation, made, tally)),
    ),
  );
  const wait = fc.constantFrom(...TIMES).map((seconds): Command => new Wait(seconds));
  const waits = Array.from({ length: TIME_WEIGHT }, () => wait);
  const advances = Array.from({ length: ADVANCE_WEIGHT }, () =>
    choices.map((made): Command => new Advance(made, tally)),
  );
  const interrupts = Array.from({ length: INTERRUPT_WEIGHT }, () =>
    choices.map((made): Command => new Interrupt(made, tally)),
  );
  const contests = choices.map((made): Command => new Contest(made, tally));
  return fc.commands([...kinds, ...waits, ...advances, ...interrupts, contests], {
    maxCommands: most,
    size: 'max',
    ...(replayPath ? { replayPath } : {}),
  });
}

/** What the model does of an attempt: null, or the code of the refusal. */
function predict(attempt: Attempt): string | null {
  try {
    attempt.apply();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}
