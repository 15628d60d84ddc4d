/** What was metered in each quarter of an hour. */
import type { MeteredReport } from './types';

/** Seconds of an interval: from one multiple of it to the next. */
export const INTERVAL = 900;

/** What a device counted in an interval, Wh. */
export interface Metered {
  readonly out: bigint;
  readonly in: bigint;
  /** Whether its reports cover the interval, without a gap and without any that reaches beyond it. */
  readonly whole: boolean;
}

interface Sum {
  out: bigint;
  in: bigint;
  seconds: number;
  crossed: boolean;
}

/** The quantities of all devices by interval: nobody can divide a report that spans two. */
export class MeteredQuantities {
  /** By interval and device: one map for all would outgrow what a map can hold. */
  readonly #sums = new Map<number, Map<number, Sum>>();

  constructor(reports: Iterable<MeteredReport>) {
    for (const report of reports) {
      const { device, start, seconds } = report;
      const first = Math.floor(start / INTERVAL) * INTERVAL;
      const isInside = start + seconds <= first + INTERVAL;
      for (let interval = first; interval < start + seconds; interval += INTERVAL) {
        const sum = this.#sum(device, interval);
        if (!isInside) sum.crossed = true;
        else {
          sum.out += report.out;
          sum.in += report.in;
          sum.seconds += seconds;
        }
      }
    }
  }

  /** Undefined if it reported nothing. */
  of(device: number, interval: number): Metered | undefined {
    const sum = this.#sums.get(interval)?.get(device);
    return sum && { out: sum.out, in: sum.in, whole: sum.seconds === INTERVAL && !sum.crossed };
  }

  #sum(device: number, interval: number): Sum {
    const sums = this.#sums.get(interval) ?? new Map<number, Sum>();
    this.#sums.set(interval, sums);
    const sum = sums.get(device) ?? { out: 0n, in: 0n, seconds: 0, crossed: false };
    sums.set(device, sum);
    return sum;
  }
}
