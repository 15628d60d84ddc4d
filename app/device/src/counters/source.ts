import type { Clock } from '../clock';
import type { PassedLine } from '../passed-lines';
import type { Reading } from '../sign';
import { CounterReadings, type Sample } from './readings';

/** How to make readings of a counter. */
export interface CounterOptions {
  /** Reports both registers, exported and imported energy, instead of one. */
  isMeter: boolean;
  /** Length of an interval, seconds. */
  seconds: number;
  /** The most that a register counts, W. */
  capacityWatts: number;
  /** Device time, unix seconds. */
  now: () => number;
  /** Seconds of device time in a second. */
  speed: number;
  clock: Pick<Clock, 'sleep'>;
  /** Called for each sample and interval that doesn't count. */
  passed: (line: PassedLine) => void;
  log: (line: string) => void;
  /** Ends the source when aborted. */
  signal: AbortSignal;
}

/** A sample, or what was refused instead. */
export type Found = Sample | { readonly code: string; readonly why: string; readonly text: string };

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;
/** Samples in an interval: one that fails may be tried again before its boundary's tolerance is over. */
const POLLS = 20;

/** Device seconds between two samples. */
export const pollSeconds = (seconds: number): number => seconds / POLLS;

/** Yields the readings that samples make, and tells what is refused. */
export async function* readingsOf(
  found: AsyncIterable<Found>,
  { seconds, capacityWatts, now, passed, log }: CounterOptions,
): AsyncGenerator<Reading> {
  const counters = new CounterReadings(seconds, capacityWatts);
  let [number, latest] = [0, Number.NEGATIVE_INFINITY];
  for await (const one of found) {
    number++;
    const received = now();
    if (received < latest - seconds) {
      log(`the clock was set back by ${Math.round(latest - received)} s: starting again`);
      counters.forget();
    }
    latest = received;
    if ('code' in one) {
      passed({ line: number, ...one });
      continue;
    }
    const { readings, refusals } = counters.take(one);
    for (const refusal of refusals) passed({ line: number, ...refusal, text: textOf(one) });
    yield* readings;
  }
}

/** Waits that grow with each failure, and tells a failure when it is another one than before. */
export class Failures {
  private count = 0;
  private told = '';

  constructor(
    private readonly name: string,
    private readonly options: Pick<CounterOptions, 'seconds' | 'speed' | 'clock' | 'log' | 'signal'>,
  ) {}

  /** Tells what failed and waits, never for longer than from one sample to the next or a minute. */
  async wait(error: unknown): Promise<void> {
    const { seconds, speed, clock, log, signal } = this.options;
    if (signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== this.told) log(`${this.name}: ${reason}; trying again until it answers`);
    this.told = reason;
    const pollMs = (pollSeconds(seconds) * 1000) / speed;
    const longest = Math.max(Math.min(pollMs, LONGEST_BACKOFF_MS), FIRST_BACKOFF_MS);
    const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(this.count++, 10), longest);
    await clock.sleep(Math.ceil(backoff * (0.5 + Math.random() / 2)), signal);
  }

  /** Starts again with short waits. */
  over(): void {
    if (this.told !== '') this.options.log(`${this.name}: answers again`);
    [this.count, this.told] = [0, ''];
  }
}

/** A sample as it is kept where it is refused. */
function textOf({ time, exported, imported }: Sample): string {
  const wattHours = (count: bigint) => (Number(count) / 1e10).toString();
  const at = new Date(time * 1000).toISOString();
  return [at, wattHours(exported.count), ...(imported ? [wattHours(imported.count)] : [])].join(',');
}
