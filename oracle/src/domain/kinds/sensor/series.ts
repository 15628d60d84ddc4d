/** Rules over time for sensors: values that stay constant for too long, and values that jump. */
import type { Placed } from '../kind';
import type { QuantityPolicy, SensorPolicy } from './policy';
import { hasEnough, limitsOf, readMeasured } from './reading';

/** A report as the rules over time see it. */
export interface Reading {
  readonly start: number;
  readonly seconds: number;
  /** Milli-units; within the bounds of a quantity, so that a number holds it. */
  readonly value: number;
  /** Seconds for which the value had not changed, as judged in an earlier epoch. */
  readonly stillSeconds: number;
  /** Whether it is judged now. */
  readonly judged: boolean;
  /** The byte of its quantity. Reports judged earlier are assumed to measure the same quantity as the device does now. */
  readonly quantity: number;
  readonly limits: QuantityPolicy;
  /** Whether it has enough samples of its own. */
  readonly full: boolean;
}

/** The readings of a device, in order; none if nothing is judged now. */
export function toReadings(series: readonly Placed[], policy: SensorPolicy): Reading[] {
  const measured = series.map(({ report }) => report && readMeasured(report));
  let now = measured.find((item) => item !== undefined);
  return series.flatMap(({ start, seconds, value, stillSeconds, report }, i): Reading[] => {
    now = measured[i] ?? now;
    const limits = now && limitsOf(now.quantity, policy);
    if (!now || !limits) return [];
    const judged = report !== undefined;
    const full = !judged || hasEnough(seconds, now.samples, limits, policy);
    return [
      { start, seconds, value: Number(value), stillSeconds, judged, quantity: now.quantity, limits, full },
    ];
  });
}

/** The findings about readings, by position. */
interface Stillness {
  /** Seconds for which the value has not changed, including the reading. */
  readonly still: readonly number[];
  /** Positions of readings in a stretch that is too long: all of it, since none is known to be measured. */
  readonly frozen: ReadonlySet<number>;
}

/** Finds stretches of one value. They continue across gaps: a value constant before a gap is still constant after it. */
export function stillness(readings: readonly Reading[]): Stillness {
  const still = new Array<number>(readings.length).fill(0);
  const frozen = new Set<number>();
  for (let first = 0, next: number; first < readings.length; first = next) {
    const { value, quantity, limits } = readings[first]!;
    const rests = value <= limits.rest_below || value >= limits.rest_above;
    let stillSeconds = 0;
    next = first;
    for (; readings[next]?.value === value && readings[next]?.quantity === quantity; next++) {
      stillSeconds = Math.max(stillSeconds + readings[next]!.seconds, readings[next]!.stillSeconds);
      still[next] = stillSeconds;
    }
    const { frozen_seconds, rest_seconds } = limits;
    if (stillSeconds <= (rests ? Math.max(frozen_seconds, rest_seconds) : frozen_seconds)) continue;
    for (let i = first; i < next; i++) frozen.add(i);
  }
  return { still, frozen };
}

/**
 * Finds readings that differ from every neighbour by more than the quantity can change. A lasting step is not an outlier:
 * the readings on either side of it agree with one neighbour each.
 */
export function jumps(readings: readonly Reading[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [i, reading] of readings.entries()) {
    const [before, after] = [readings[i - 1], readings[i + 1]];
    const near: Reading[] = [];
    if (before && abut(before, reading)) near.push(before);
    if (after && abut(reading, after)) near.push(after);
    if (near.length > 0 && near.every((next) => isTooFar(reading, next))) found.add(i);
  }
  return found;
}

const abut = (a: Reading, b: Reading): boolean =>
  a.start + a.seconds === b.start && a.quantity === b.quantity;

function isTooFar({ value, seconds, limits }: Reading, next: Reading): boolean {
  const change = value < next.value ? next.value - value : value - next.value;
  // The middles of two neighbouring intervals are half of each apart.
  return change > limits.jump || change * 120 > limits.jump_minute * (seconds + next.seconds);
}
