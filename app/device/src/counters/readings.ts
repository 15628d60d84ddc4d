import { balanceOf, encodeRegisters } from '@commonwire/sdk/device';
import type { Reading } from '../sign';

/** Counts are whole numbers of 1e-10 Wh, so that every scale factor of SunSpec is exact. */
export const PER_WATT_HOUR = 10n ** 10n;
const LARGEST_REGISTER = 0xffff_ffffn;
/** A boundary's sample is at most this share of an interval away from it. */
const TOLERANCE = 1 / 10;
/** As many samples in a row that agree with each other, but not with those before, are a counter that was reset. */
const AGREEING = 3;

/** What an energy counter shows, in units of 1 / {@link PER_WATT_HOUR}. */
export interface Count {
  readonly count: bigint;
  /** What its last digit stands for. */
  readonly step: bigint;
  /** What it starts again from 0 at, if it does. */
  readonly modulus?: bigint | undefined;
}

/** Counters read together: exported energy, and imported energy if it is a meter. */
export interface Sample {
  /** Device time, unix seconds. */
  readonly time: number;
  readonly exported: Count;
  readonly imported?: Count | undefined;
}

/** A sample or an interval that doesn't count. */
export interface Refusal {
  /** A stable code. */
  readonly code: 'not-newer' | 'counter-back' | 'above-capacity' | 'counter-reset';
  readonly why: string;
}

/** What came of a sample. */
export interface Taken {
  readonly readings: Reading[];
  readonly refusals: Refusal[];
}

interface Trusted {
  readonly sample: Sample;
  /** Counted since the first sample, through restarts at the modulus. */
  readonly totals: readonly bigint[];
}

const countsOf = ({ exported, imported }: Sample): Count[] => (imported ? [exported, imported] : [exported]);

/**
 * Makes readings of samples of counters. A reading is the growth between the samples nearest to the boundaries of its
 * interval. A boundary that has none within a tenth of the interval leaves a gap on both sides: nothing is estimated. Growth
 * beyond what the capacity allows, and a counter that goes back, aren't believed.
 */
export class CounterReadings {
  private last: Trusted | undefined;
  private opening: { readonly boundary: number; readonly at: Trusted } | undefined;
  private doubted: { readonly sample: Sample; readonly agreeing: number } | undefined;

  /** @param seconds length of an interval @param capacityWatts the most that either register counts */
  constructor(
    private readonly seconds: number,
    private readonly capacityWatts: number,
  ) {}

  /** Forgets all samples, as when the clock was set back. */
  forget(): void {
    [this.last, this.opening, this.doubted] = [undefined, undefined, undefined];
  }

  /** Takes the next sample. */
  take(sample: Sample): Taken {
    const { last } = this;
    if (!last) return this.accept({ sample, totals: countsOf(sample).map(({ count }) => count) });
    if (sample.time <= last.sample.time)
      return refused('not-newer', 'Its time is not later than that of a sample before.');
    const growth = this.growthOf(last.sample, sample);
    if (growth) {
      this.doubted = undefined;
      return this.accept({ sample, totals: last.totals.map((total, i) => total + growth[i]!) });
    }
    return this.doubt(last.sample, sample);
  }

  /** What each counter grew by, or undefined if one of them can't have. */
  private growthOf(before: Sample, after: Sample): bigint[] | undefined {
    const earlier = countsOf(before);
    const growth = countsOf(after).map(({ count, modulus, step }, i) => {
      const grown = count - earlier[i]!.count;
      // Only what nearly reached its end starts again there: a glitch to 0 would be a growth of almost the modulus.
      const whole = grown < 0n && modulus !== undefined ? grown + modulus : grown;
      return whole >= 0n && whole <= this.most(after.time - before.time, step) ? whole : undefined;
    });
    return growth.every((grown) => grown !== undefined) ? growth : undefined;
  }

  /** The most that a counter grows by: what the capacity delivers, and its last digit. */
  private most(seconds: number, step: bigint): bigint {
    return (
      (BigInt(this.capacityWatts) * BigInt(Math.ceil(seconds * 1000)) * PER_WATT_HOUR) / 3_600_000n + step
    );
  }

  private doubt(last: Sample, sample: Sample): Taken {
    const before = this.doubted;
    const agrees = before && before.sample.time < sample.time && this.growthOf(before.sample, sample);
    const agreeing = agrees ? before.agreeing + 1 : 1;
    this.doubted = { sample, agreeing };
    if (agreeing >= AGREEING) {
      this.forget();
      const { readings, refusals } = this.take(sample);
      const why = `The last ${AGREEING} samples continue each other, but not those before: the counter was reset or replaced. The interval is not reported.`;
      return { readings, refusals: [{ code: 'counter-reset', why }, ...refusals] };
    }
    const isBack = countsOf(sample).some(({ count }, i) => count < countsOf(last)[i]!.count);
    return isBack
      ? refused('counter-back', 'The counter shows less than before.')
      : refused('above-capacity', `It grew by more than ${this.capacityWatts} W deliver in that time.`);
  }

  /** Believes a sample, and closes the interval if a boundary was passed. */
  private accept(at: Trusted): Taken {
    const { seconds, last } = this;
    this.last = at;
    const latest = Math.floor(at.sample.time / seconds) * seconds;
    const taken: Taken = { readings: [], refusals: [] };
    if (!last) {
      this.pass(latest, [at], taken);
      return taken;
    }
    const first = (Math.floor(last.sample.time / seconds) + 1) * seconds;
    for (const boundary of new Set([first, latest]))
      if (boundary > last.sample.time && boundary <= at.sample.time) this.pass(boundary, [last, at], taken);
    return taken;
  }

  /** Chooses the sample of a boundary. */
  private pass(boundary: number, candidates: readonly Trusted[], { readings, refusals }: Taken): void {
    const distance = ({ sample }: Trusted) => Math.abs(sample.time - boundary);
    const nearest = candidates.reduce((best, other) => (distance(other) < distance(best) ? other : best));
    const { opening, seconds } = this;
    this.opening = undefined;
    if (distance(nearest) > seconds * TOLERANCE) return;
    this.opening = { boundary, at: nearest };
    if (opening?.boundary !== boundary - seconds) return;
    const reading = this.between(opening.at, nearest);
    if (reading) readings.push({ start: opening.boundary, seconds, ...reading });
    else
      refusals.push({
        code: 'above-capacity',
        why: `The interval's growth is more than ${this.capacityWatts} W deliver.`,
      });
  }

  /** Growth in whole Wh; what is left of one is part of the next interval. */
  private between(from: Trusted, to: Trusted): Pick<Reading, 'value' | 'extra'> | undefined {
    const elapsed = to.sample.time - from.sample.time;
    const [exported = 0n, imported] = countsOf(to.sample).map(({ step }, i) => {
      const isPossible = to.totals[i]! - from.totals[i]! <= this.most(elapsed, step);
      return isPossible ? to.totals[i]! / PER_WATT_HOUR - from.totals[i]! / PER_WATT_HOUR : -1n;
    });
    const registers = imported === undefined ? [exported] : [exported, imported];
    if (registers.some((value) => value < 0n || value > LARGEST_REGISTER)) return undefined;
    if (imported === undefined) return { value: exported };
    const whole = { exported: Number(exported), imported: Number(imported) };
    return { value: balanceOf(whole), extra: encodeRegisters(whole) };
  }
}

const refused = (code: Refusal['code'], why: string): Taken => ({ readings: [], refusals: [{ code, why }] });
