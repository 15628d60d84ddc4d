/** What a device has delivered in the last thirty days, and the most that a clear sky and the climate give in that time. */
import { MOUNTS, type Mount } from '@commonwire/sdk/device';
import type { Month } from '../../types';
import { clearDay, lightOf } from './day';
import type { EnergyPolicy } from './policy';

const DAY = 86_400;
/** A month is counted in spans of five days, of UTC, so that a device keeps a few numbers: the current one and those before. */
const SPAN_DAYS = 5;
export const SPANS = 6;
/** Length of the steps in which light is added up, seconds: an hour's middle stands for the hour. */
const STEP = 3_600;
const WHOLE = 1_000_000;

/** The span of a time, unix seconds. */
export const spanOf = (time: number): number => Math.floor(time / (SPAN_DAYS * DAY));

/** A month up to a span: what is older is left out. */
export function monthAt(month: Month | undefined, span: number): Month {
  const empty = { last: span, energy: new Array<number>(SPANS).fill(0) };
  if (!month) return empty;
  // A shorter late window doesn't turn the time back.
  if (span <= month.last) return month;
  const { energy } = month;
  return { last: span, energy: empty.energy.map((_, i) => energy[i + span - month.last] ?? 0) };
}

/** A month with units added in the span in which they were measured; what is older than all of them counts in the first. */
export function withEnergy(month: Month, start: number, units: number): Month {
  const place = Math.min(SPANS - 1, Math.max(0, SPANS - 1 + spanOf(start) - month.last));
  return { ...month, energy: month.energy.map((one, i) => (i === place ? one + units : one)) };
}

export const energyOf = ({ energy }: Month): number => energy.reduce((sum, one) => sum + one, 0);

/** Whether a month tells what a device gives there: it delivered in each span before the last one. */
export const isWhole = ({ energy }: Month): boolean => energy.every((one, i) => one > 0 || i === SPANS - 1);

/** Clear days by latitude, mount and span: devices share them. */
const days = new Map<number, number>();
const MOST_DAYS = 200_000;

/** Wh for each W that a clear day in the middle of a span gives panels with a mount, at a latitude in tenths of a degree. */
function clearDayOf(tenths: number, mount: Mount, span: number): number {
  const key = (span * MOUNTS.length + MOUNTS.indexOf(mount)) * 2_000 + tenths + 900;
  const known = days.get(key);
  if (known !== undefined) return known;
  if (days.size >= MOST_DAYS) days.clear();
  const noon = (span * SPAN_DAYS + Math.floor(SPAN_DAYS / 2)) * DAY;
  const found = clearDay(lightOf(noon, { latitude: tenths / 10, longitude: 0 }, STEP), mount);
  days.set(key, found);
  return found;
}

/**
 * What panels of unknown mount may give beyond those that face the sun: their capacity may be that of an inverter with more
 * panels behind it, which holds it all day.
 */
const UNKNOWN_ROOM = 1.1;

/** The most Wh that a clear sky gives a device in the month up to a span. Devices of unknown mount may turn. */
export function clearMonth(capacity: number, latitude: number, mount: Mount, span: number): number {
  const tenths = Math.floor(latitude * 10 + 0.5);
  let sum = 0;
  for (let i = 0; i < SPANS; i++) sum += clearDayOf(tenths, mount, span - i);
  const room = mount === 'unknown' ? UNKNOWN_ROOM : 1;
  return Math.floor(capacity * sum * SPAN_DAYS * room);
}

/**
 * The most of a clear month's light that devices turn into energy, by the latitude from which on it holds, millionths. Set
 * above the sunniest places of each band: see docs/verification/energy.md.
 */
const CLIMATE: readonly (readonly [number, number])[] = [
  [60, WHOLE],
  [40, 950_000],
  [10, WHOLE],
  [0, 950_000],
];

/** The climate's bound at a latitude, as a share (millionths) of the clear month. */
const climateAt = (latitude: number): number =>
  CLIMATE.find(([from]) => latitude >= from || -latitude >= from)![1];

/** The most Wh of a clear month that the climate gives. */
export const climateMost = (
  clear: number,
  latitude: number,
  { month_climate_ppm: share }: Pick<EnergyPolicy, 'month_climate_ppm'>,
): number => Math.floor((clear * Math.floor(climateAt(latitude) * (share / WHOLE))) / WHOLE);

/** What is left of a bound for each of some scores, in order, until it is used up. */
export function within(scores: readonly bigint[], most: bigint): bigint[] {
  let left = most;
  return scores.map((score) => {
    const counted = score < left ? score : left;
    left -= counted;
    return counted;
  });
}
