/** Straight lines, which loggers interpolate where nothing was measured. */
import { likelihood, type Stretch, type Surroundings } from './ceiling';
import type { EnergyPolicy } from './policy';
import { abut, type Reading } from './readings';

/** The greatest probability that a line arises by chance in all readings. */
const CHANCE = 0.001;
/** How often three neighbours of smooth power are in line after rounding to steps larger than its curvature. */
const ROUNDED = 0.5;
/** Largest curvature, in steps, at which power counts as smooth. */
const SMOOTH_STEPS = 3;

/** Positions of readings inside a straight line that rises or falls; its ends were measured. */
export function interpolated(around: Surroundings): Set<number> {
  const found = new Set<number>();
  for (const { first, last } of lines(around)) {
    for (let i = first + 1; i < last; i++) found.add(i);
  }
  return found;
}

/** Lines longer than chance explains, judged by how often three neighbours are in line elsewhere or by the meter's steps. */
function lines({ readings, least, policy, grain }: Surroundings): Stretch[] {
  const found: { first: number; last: number }[] = [];
  let [triples, straight] = [0, 0];
  for (let i = 2; i < readings.length; i++) {
    const [a, b, c] = [readings[i - 2]!, readings[i - 1]!, readings[i]!];
    if (!follows(a, b, least) || !follows(b, c, least)) continue;
    triples++;
    if (!isStraight(a, b, c, policy)) continue;
    straight++;
    const line = found.at(-1);
    if (line?.last === i - 1) line.last = i;
    else found.push({ first: i - 2, last: i });
  }
  return found.filter(({ first, last }) => {
    const inside = last - first - 1;
    if (inside + 2 < policy.interpolated_reports) return false;
    const elsewhere = (straight - inside + 1) / (triples - inside + 2);
    const { chance, step } = grain();
    const beside = Math.max(bendAt(readings, first, least), bendAt(readings, last, least));
    const rounded = Math.max(chance, beside <= SMOOTH_STEPS * step ? ROUNDED : 0);
    return likelihood(Math.max(elsewhere, rounded), inside, triples) < CHANCE;
  });
}

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
