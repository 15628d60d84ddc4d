import { advanceStream, claimable, SCALE, type Stream } from '@commonwire/sdk/core';
import { derivedU64 } from './seeds';

const DAY = 86_400n;
const MOST = 2n ** 64n - 1n;

/** One step of a stream: it is advanced to a time, and then something may be deposited. */
interface Step {
  now: bigint;
  /** The total stake since the step before. */
  staked: bigint;
  deposit?: bigint;
}

const opened = (window: bigint, perUnit = 0n, windowSeconds = DAY): Stream => ({
  windowSeconds,
  window,
  current: 0n,
  released: 0n,
  next: 0n,
  remainder: 0n,
  perUnit,
});

const histories: readonly { name: string; start: Stream; steps: readonly Step[] }[] = [
  {
    name: 'a deposit is released over the next window',
    start: opened(3n),
    steps: [
      { now: 3n * DAY + 5n, staked: 4n, deposit: 1_000_000n },
      { now: 4n * DAY - 1n, staked: 4n },
      { now: 4n * DAY + 1n, staked: 4n },
      { now: 4n * DAY + DAY / 3n, staked: 4n, deposit: 7n },
      { now: 5n * DAY, staked: 4n },
      { now: 6n * DAY, staked: 4n },
    ],
  },
  {
    name: 'what nobody staked for waits',
    start: opened(0n),
    steps: [
      { now: 0n, staked: 0n, deposit: 1_000n },
      { now: DAY + DAY / 2n, staked: 0n },
      { now: 1_000_000n * DAY + DAY / 2n, staked: 0n },
      { now: 1_000_001n * DAY + DAY / 2n, staked: 8n },
    ],
  },
  {
    name: 'fractions are kept, in a stake that nothing divides evenly',
    start: opened(0n),
    steps: [
      { now: 1n, staked: 3_000_000_000_000_000_007n, deposit: 288n },
      ...[1n, 2n, 3n, 299n, 300n, 301n, 86_399n].map((second) => ({
        now: DAY + second,
        staked: 3_000_000_000_000_000_007n,
      })),
    ],
  },
  {
    name: 'a clock that goes back, also before 1970, releases nothing',
    start: opened(2n),
    steps: [
      { now: 2n * DAY, staked: 1n, deposit: 1_000n },
      { now: 3n * DAY + 43_200n, staked: 1n },
      { now: 3n * DAY + 43_199n, staked: 1n },
      { now: 0n, staked: 1n },
      { now: -1n, staked: 1n },
      { now: 4n * DAY, staked: 1n },
    ],
  },
  {
    name: 'amounts and stakes of 64 bits, and a sum that wraps',
    start: opened(0n, 2n ** 128n - 5n, 7n * DAY + 1n),
    steps: [
      { now: 5n, staked: 1n, deposit: MOST },
      { now: 7n * DAY + 2n, staked: 1n },
      { now: 10n * DAY, staked: MOST },
      { now: 40n * DAY, staked: MOST - 1n, deposit: MOST >> 1n },
      { now: 63n * DAY, staked: 1n },
    ],
  },
  {
    name: 'at the end of time',
    start: opened(0n),
    steps: [
      { now: 0n, staked: 2n, deposit: 9n },
      { now: 2n ** 63n - 1n, staked: 2n },
    ],
  },
  {
    name: 'derived',
    start: opened(0n, derivedU64('per unit')),
    steps: Array.from({ length: 12 }, (_, i) => ({
      now: BigInt(i) * DAY + (derivedU64(`stream time ${i}`) % DAY),
      staked: derivedU64(`stream stake ${i}`) >> 20n,
      ...(i % 2 === 0 && { deposit: derivedU64(`stream deposit ${i}`) >> 24n }),
    })),
  },
];

/** What a stake that was there from the start has earned before: half a base unit. */
const ACCRUED = SCALE / 2n;

/** Streams of revenue: after each step the stream as it is then, and the whole base units that one unit of stake can claim. */
export function streamVectors() {
  return histories.map(({ name, start, steps }) => {
    let stream = start;
    const income = { counted: start.perUnit, accrued: ACCRUED };
    return {
      name,
      start,
      income,
      steps: steps.map(({ now, staked, deposit = 0n }) => {
        const advanced = advanceStream(stream, now, staked);
        stream = { ...advanced, next: advanced.next + deposit };
        return { now, staked, deposit, after: stream, claimable: claimable(stream, income, 1n) };
      }),
    };
  });
}
