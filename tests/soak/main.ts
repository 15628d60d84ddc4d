import { flag, parseOptions, runMain, whole } from '@commonwire/sdk/node';
import { z } from 'zod';
import { MOST_SECONDS, type Outcome, soak } from './soak';

const USAGE = `npm run soak -- [--seconds N] [--seed N] [--json]

Oracles take in half of what they can and are killed at random; nothing that they acknowledged may be lost.

  --seconds   for how long, 30 to ${MOST_SECONDS}; 600 if absent
  --seed      repeats the moments of the kills
  --json      one JSON document, and nothing else`;

async function main(argv: readonly string[]): Promise<void> {
  const schema = z.object({
    seconds: whole(30, MOST_SECONDS).default(600),
    seed: whole(0, 2 ** 32 - 1).optional(),
    json: flag,
  });
  const { seconds, seed = Date.now() % 2 ** 32, json } = parseOptions('npm run soak --', argv, schema);
  const progress = (what: string) => process.stderr.write(json ? '' : `${what}\n`);
  progress(`seed ${seed}`);
  const outcome = { seed, ...(await soak({ seconds, random: randomOf(seed), progress })) };
  process.stdout.write(json ? `${JSON.stringify(outcome, null, 2)}\n` : text(outcome));
  if (outcome.problems.length > 0) process.exitCode = 1;
}

/** Numbers from 0 to below 1 that a seed repeats: a linear congruential generator. */
function randomOf(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 32n) / 2 ** 32;
  };
}

const text = ({ problems, ...figures }: Outcome): string =>
  [
    ...Object.entries(figures).map(
      ([name, value]) => `${name.padEnd(20)}  ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    ),
    ...(problems.length > 0
      ? problems.map((problem) => `wrong: ${problem}`)
      : ['everything that was acknowledged counts once, and is paid']),
    '',
  ].join('\n');

void runMain(main, { usage: USAGE, exit: true });
