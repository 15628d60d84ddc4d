/** Estimates a meter's resolution from its readings: it may count in steps far coarser than its format. */
import type { EnergyPolicy } from './policy';
import { quantile, type Reading } from './readings';

/** A meter's resolution as estimated from its readings. */
export interface Grain {
  /** Watts between neighbouring powers it can show; infinite if it showed only one. Overestimated from few readings. */
  readonly step: number;
  /** The same where readings show it for certain: the steps of a stepped meter, else the numbers' common divisor, watts. */
  readonly quantum: number;
  /** A small usual change from one reading to the next, watts; 0 without any. */
  readonly change: number;
  /** Number of readings it is estimated from. */
  readonly count: number;
  /** Probability that a reading repeats the previous one by chance: the step as a share of a small usual change. */
  readonly chance: number;
  /** Readings for which a power usually stays: 1 for a meter that measures for every reading. */
  readonly hold: number;
}

/** The share of gaps between powers that may be finer than a step: outliers of a stepped meter. */
const ODD_GAPS = 0.02;
/** The quantile of all gaps that is taken as usual. */
const USUAL_GAPS = [0.25, 0.5];
/** The share of powers that may be off a stepped meter's steps, and how far of a step is off. */
const ODD_POWERS = 0.1;
const OFF_STEP = 0.02;
/** The share of changes from one reading to the next that are smaller than a small one. */
const SMALL_CHANGE = 0.25;
/** With fewer powers, the usual duration of each isn't estimated. */
const LEAST_HOLDS = 5;

/** Learns the grain from the readings above `least` watts. */
export function grainOf(readings: readonly Reading[], least: number, policy: EnergyPolicy): Grain {
  const powers: number[] = [];
  const changes: number[] = [];
  const holds: number[] = [];
  let before = Number.NaN;
  let shortest = Number.POSITIVE_INFINITY;
  for (const { watts, seconds } of readings) {
    shortest = Math.min(shortest, seconds);
    if (watts > least && isSame(watts, before, policy)) {
      holds[holds.length - 1]!++;
      continue;
    }
    if (watts > least && before > least) changes.push(Math.abs(watts - before));
    before = watts > least ? watts : Number.NaN;
    if (watts <= least) continue;
    holds.push(1);
    powers.push(watts);
  }
  powers.sort(rising);
  const gaps: number[] = [];
  for (let i = 1; i < powers.length; i++) {
    if (!isSame(powers[i]!, powers[i - 1]!, policy)) gaps.push(powers[i]! - powers[i - 1]!);
  }
  const { step, isStepped } = stepOf(gaps.sort(rising), powers);
  const change = quantile(changes.sort(rising), SMALL_CHANGE);
  return {
    step,
    quantum: isStepped ? step : divisorOf(gaps, 3600 / shortest),
    change,
    count: holds.reduce((sum, held) => sum + held, 0),
    chance: Math.min(1, step / change),
    hold: holds.length < LEAST_HOLDS ? 1 : quantile(holds.sort(rising), 0.5),
  };
}

/** The smallest gap except for outliers, or a usual one if almost all powers are multiples of it. */
function stepOf(gaps: readonly number[], powers: readonly number[]): { step: number; isStepped: boolean } {
  if (gaps.length === 0) return { step: Number.POSITIVE_INFINITY, isStepped: true };
  for (const part of USUAL_GAPS) {
    const usual = quantile(gaps, part);
    let odd = 0;
    for (const watts of powers) {
      const steps = watts / usual;
      if (Math.abs(steps - Math.floor(steps + 0.5)) > OFF_STEP) odd++;
    }
    if (odd <= powers.length * ODD_POWERS) return { step: usual, isStepped: true };
  }
  return { step: quantile(gaps, ODD_GAPS), isStepped: false };
}

/** How far a gap may be off a multiple of the divisor, as a share of it. */
const OFF_DIVISOR = 0.1;

/**
 * The largest power of which all gaps between powers are about multiples. `unit` is the format's step in watts: gaps are
 * rounded to it, and so the divisor is known to about one of them.
 */
function divisorOf(gaps: readonly number[], unit: number): number {
  let divisor = gaps[0] ?? Number.POSITIVE_INFINITY;
  for (const gap of gaps) {
    const times = Math.floor(gap / divisor + 0.5);
    const off = Math.abs(gap - times * divisor);
    if (off > OFF_DIVISOR * divisor && off > (2 * times + 2) * unit) divisor = off;
  }
  return Math.max(divisor, unit);
}

/**
 * The quantum of some readings alone, watts: what others show must not hide that these count in steps. 0 if they are too few
 * to tell.
 */
export function quantumOf(readings: readonly Reading[]): number {
  if (readings.length < LEAST_TOLD) return 0;
  const powers = readings.map(({ watts }) => watts).sort(rising);
  const unit =
    3600 / readings.reduce((least, { seconds }) => Math.min(least, seconds), Number.POSITIVE_INFINITY);
  const gaps: number[] = [];
  for (let i = 1; i < powers.length; i++) {
    const gap = powers[i]! - powers[i - 1]!;
    if (gap > unit / 2) gaps.push(gap);
  }
  return divisorOf(gaps.sort(rising), unit);
}

/** Readings from which a quantum can be told. */
const LEAST_TOLD = 4;

const rising = (a: number, b: number): number => a - b;

/** Whether two powers are equal up to rounding in a conversion; false for `NaN`. */
export const isSame = (a: number, b: number, { same_ppm }: EnergyPolicy): boolean =>
  Math.abs(a - b) * 1_000_000 <= Math.abs(b) * same_ppm;
