const SAMPLE_MS = 60_000;
const MAX_SAMPLES = 720;

/** How much a chain did in a minute. */
export interface PerformanceSample {
  /** The last slot of the sample. */
  slot: number;
  numTransactions: number;
  numNonVoteTransactions: number;
  numSlots: number;
  samplePeriodSecs: number;
}

/** Samples of a chain's real speed, one a minute, for twelve hours. */
export class Performance {
  private readonly samples: PerformanceSample[] = [];
  private start: { time: number; slot: number; transactions: number } | undefined;

  /** Ends a sample if a minute has passed. `time` is real, unix milliseconds. */
  tick(time: number, slot: number, transactions: number): void {
    this.start ??= { time, slot, transactions };
    if (time - this.start.time < SAMPLE_MS) return;
    const count = transactions - this.start.transactions;
    this.samples.unshift({
      slot,
      numTransactions: count,
      numNonVoteTransactions: count,
      numSlots: slot - this.start.slot,
      samplePeriodSecs: Math.round((time - this.start.time) / 1000),
    });
    this.samples.length = Math.min(this.samples.length, MAX_SAMPLES);
    this.start = { time, slot, transactions };
  }

  /** The newest samples, newest first. */
  newest(limit: number): readonly PerformanceSample[] {
    return this.samples.slice(0, limit);
  }
}
