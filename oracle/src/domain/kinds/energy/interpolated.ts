/** Straight lines, which loggers interpolate where nothing was measured. */
import { likelihood, type Stretch, type Surroundings } from './ceiling';
import { quantumOf } from './grain';
import type { EnergyPolicy } from './policy';
import { abut, quantile, type Reading } from './readings';

/** The greatest probability that a line arises by chance in all readings. */
const CHANCE = 0.001;
/** How often three neighbours of smooth power are in line after rounding to steps larger than its curvature. */
const ROUNDED = 0.5;
/** Largest curvature, in steps, at which power counts as smooth. */
const SMOOTH_STEPS = 3;
/** The quantile of bends that counts as small, and the fewest bends that show it. */
const SMALL_BEND = 0.25;
const LEAST_BENDS = 4;
/** Between readings so near a logger may fill in what its meter didn't answer, seconds: the meter is read slower. */
const SHORTEST = 900;

/** Positions of readings inside a straight line that rises or falls; its ends were measured. */
export function interpolated(around: Surroundings): Set<number> {
  const found = new Set<number>();
  for (const { first, last } of lines(around)) {
    for (let i = first + 1; i < last; i++) found.add(i);
  }
  return found;
}

interface Line extends Stretch {
  /** Neighbours in line are never more off than this, watts. */
  readonly bend: number;
}

/**
 * Lines longer than chance explains. How likely neighbours are in line by chance, either the number of such neighbours
 * elsewhere tells, or the size of bends: the number alone would hide each line of a logger that fills in often.
 */
function lines({ readings, least, policy, grain }: Surroundings): Stretch[] {
  const found: { first: number; last: number; bend: number }[] = [];
  const bends: number[] = [];
  let triples = 0;
  for (let i = 2; i < readings.length; i++) {
    const [a, b, c] = [readings[i - 2]!, readings[i - 1]!, readings[i]!];
    if (!follows(a, b, least) || !follows(b, c, least)) continue;
    triples++;
    const off = bend(a, b, c);
    if (!isStraight(a, b, c, policy)) {
      bends.push(off);
      continue;
    }
    const line = found.at(-1);
    if (line?.last === i - 1) {
      line.last = i;
      line.bend = Math.max(line.bend, off);
    } else found.push({ first: i - 2, last: i, bend: off });
  }
  if (found.length === 0) return [];
  bends.sort((a, b) => a - b);
  const small = bends.length >= LEAST_BENDS ? quantile(bends, SMALL_BEND) : 0;
  const straight = triples - bends.length;
  const { chance, step, quantum: usual } = grain();
  return found.filter((line: Line) => {
    const inside = line.last - line.first - 1;
    if (inside + 2 < policy.interpolated_reports) return false;
    if (readings[line.last]!.start - readings[line.first]!.start <= SHORTEST) return false;
    const beside = Math.max(bendAt(readings, line.first, least), bendAt(readings, line.last, least));
    const rounded = Math.max(chance, beside <= SMOOTH_STEPS * step ? ROUNDED : 0);
    const elsewhere = (straight - inside + 1) / (triples - inside + 2);
    if (inside + 2 >= LONG && likelihood(Math.max(elsewhere, rounded), inside, triples) < CHANCE) return true;
    // With a meter far finer than its bends, what counts is how exactly the readings are in line.
    const quantum = Math.max(usual, quantumOf(around(readings, line, least)));
    if (sunBend(readings[line.last]!, readings[line.first]!) <= ROUGH_STEPS * quantum) return false;
    const exact = small > 0 ? (2 * (line.bend + 2 * quantum)) / small : 1;
    return exact < FINE && likelihood(exact, inside, triples) < CHANCE;
  });
}

/** Readings from which a line is judged by how often neighbours are in line elsewhere. */
const LONG = 5;
/** Steps by which the sun alone must bend power, so that rounding doesn't make it straight. */
const ROUGH_STEPS = 10;
/** So seldom are neighbours in line by chance that rounding plays no part. */
const FINE = 0.01;

/** Readings by day before and after a line. */
function around(readings: readonly Reading[], { first, last }: Stretch, least: number): Reading[] {
  const beside: Reading[] = [];
  for (const [from, way] of [
    [first, -1],
    [last, 1],
  ] as const) {
    let taken = 0;
    for (let i = from; taken < BESIDE && readings[i]; i += way) {
      if (readings[i]!.watts <= least) continue;
      beside.push(readings[i]!);
      taken++;
    }
  }
  return beside;
}

/** Readings on either side of a line from which the meter's steps are told. */
const BESIDE = 12;

/** The bend of the smoothest power, which follows the hour angle's cosine: its level times the angle of an interval, squared. */
function sunBend(a: Reading, b: Reading): number {
  const angle = a.seconds / SECONDS_A_RADIAN;
  return Math.min(a.watts, b.watts) * angle * angle;
}

/** A day over two pi. */
const SECONDS_A_RADIAN = 13_751;

const follows = (a: Reading, b: Reading, least: number): boolean =>
  a.watts > least && b.watts > least && a.seconds === b.seconds && abut(a, b);

/** Twice the distance of a reading from the line through its neighbours, watts; infinite if one is missing. */
function bendAt(readings: readonly Reading[], i: number, least: number): number {
  const [a, b, c] = [readings[i - 1], readings[i]!, readings[i + 1]];
  if (!a || !c || !follows(a, b, least) || !follows(b, c, least)) return Number.POSITIVE_INFINITY;
  return bend(a, b, c);
}

const bend = (a: Reading, b: Reading, c: Reading): number => Math.abs(c.watts - 2 * b.watts + a.watts);

function isStraight(a: Reading, b: Reading, c: Reading, { same_ppm }: EnergyPolicy): boolean {
  const tolerance = (c.watts * same_ppm) / 1_000_000;
  return bend(a, b, c) <= tolerance && Math.abs(c.watts - b.watts) > 4 * tolerance;
}
