/** Straight lines: what loggers draw where nothing was measured. */
import { likelihood, type Stretch, type Surroundings } from './ceiling';
import type { EnergyPolicy } from './policy';
import { abut, type Reading } from './readings';

/** How likely a line may be by chance, in all there is. */
const CHANCE = 0.001;
/** Positions of readings inside a straight line that rises or falls; its ends are what was measured. */
export function interpolated(around: Surroundings): Set<number> {
  const found = new Set<number>();
  for (const { first, last } of lines(around)) {
    for (let i = first + 1; i < last; i++) found.add(i);
  }
  return found;
}

/** Lines longer than chance makes them: by how often three neighbours are in line elsewhere, or by the meter's steps. */
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
    return likelihood(Math.max(elsewhere, grain().chance), inside, triples) < CHANCE;
  });
}

const follows = (a: Reading, b: Reading, least: number): boolean =>
  a.watts > least && b.watts > least && a.seconds === b.seconds && abut(a, b);

function isStraight(a: Reading, b: Reading, c: Reading, { same_ppm }: EnergyPolicy): boolean {
  const tolerance = (c.watts * same_ppm) / 1_000_000;
  const bend = Math.abs(c.watts - 2 * b.watts + a.watts);
  return bend <= tolerance && Math.abs(c.watts - b.watts) > 4 * tolerance;
}
