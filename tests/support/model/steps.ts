import type { Keypair, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import type { ModelChain } from './chain';
import type { Dice } from './dice';
import { Refused } from './rules';

/** One thing that somebody tries: what is sent, and what it does to the model where it is allowed. */
export interface Attempt {
  /** For whoever reads a failure. */
  what: string;
  /** In which part of the world, where it has several. */
  where?: string;
  instructions: TransactionInstruction[];
  signers: Keypair[];
  /** Changes the model, or throws `Refused` and changes nothing. */
  apply(): void;
}

/** A chain, the model of what is on it, and everybody who may do something to them. */
export interface ModelWorld {
  readonly chain: ModelChain;
  steps: number;
  /** A description of the attempt, shown with failures. */
  readonly journal: string[];
}

/** The parts of a program's model that the step runner needs. */
export interface Stepped<W extends ModelWorld, A extends Attempt> {
  /** Makes an attempt at an operation by what the dice say. */
  draw(world: W, operation: string, dice: Dice): A;
  /** Looks at the world before an attempt. @returns what requires of the world after it all that must hold */
  watch(world: W, attempt: A): (refused: string | null) => void;
}

export type Command<W extends ModelWorld> = fc.Command<W, W>;

/** How many numbers an attempt is drawn by. */
const CHOICES = 14;

/** The numbers that one command draws by. */
export const choices = (): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(999), { minLength: CHOICES, maxLength: CHOICES });

/** These numbers, and the plainest choice from there on. */
export const plain = (...made: number[]): number[] => [...made, ...Array<number>(CHOICES).fill(0)];

/** A command that may do anything with its dice. */
export const command = <W extends ModelWorld>(name: string, run: (world: W) => void): Command<W> => ({
  check: () => true,
  toString: () => name,
  run,
});

/** Time goes by, and as many slots as it has room for. @param slots how many, where the chain is slower than it should be */
export const wait = <W extends ModelWorld>(seconds: bigint, slots?: number): Command<W> =>
  command(`wait ${seconds}`, (world) => {
    const passed = world.chain.pass(seconds, slots);
    world.journal.push(`wait ${seconds} and ${passed} slots`);
  });

/** Sends an attempt; the chain must do what the model does. @returns null, or why it was refused */
export function perform<W extends ModelWorld, A extends Attempt>(
  stepped: Stepped<W, A>,
  world: W,
  operation: string,
  attempt: A,
  tally: Map<string, number>,
): string | null {
  world.journal.push(attempt.where ? `${attempt.where}: ${attempt.what}` : attempt.what);
  world.steps += 1;
  const check = stepped.watch(world, attempt);
  const refused = world.chain.send(attempt.instructions, attempt.signers);
  const expected = predict(attempt);
  if (refused) world.journal[world.journal.length - 1] += ` (${refused})`;
  const outcome = `${operation} ${refused ?? 'ok'}`;
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  expect(refused, 'the chain does what the model does').to.equal(expected);
  check(refused);
  return refused;
}

/** Applies an attempt to the model: null, or the code of its refusal. */
function predict(attempt: Attempt): string | null {
  try {
    attempt.apply();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}
