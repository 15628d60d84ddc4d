/** Power that for a moment exceeds what the sky and the surrounding readings allow, or drops out. */
import type { EnergyPolicy } from './policy';
import { abut, type Reading } from './readings';
import { brightness, type Site } from './site';

/** Positions of isolated readings. */
export interface Moments {
  readonly spikes: ReadonlySet<number>;
  readonly dropouts: ReadonlySet<number>;
}

/** A meter of few steps shows none between two of them: a dropout's neighbours are higher. */
const STEPS_OF_DROPOUT = 2;
/** Readings considered on either side to judge how steady power was. */
const AROUND = 5;

/** The least a sum exceeds both readings around it, and how far it may be off the energy that was missed. */
const CATCH_UP = 1.5;
const CATCH_UP_OFF = 0.4;
/** How steady the power around a sum must be. */
const CATCH_UP_STEADY = 0.6;
/** The same after missing rows; the shortest interval, seconds, and the fewest rows for which they are judged. */
const GAP_OFF = 0.2;
const GAP_STEADY = 0.75;
const GAP_SECONDS = 1_800;
const GAP_LEAST = 2;
/** Readings that a sum may stand for. */
const MOST_MISSED = 12;

/** Finds isolated readings: one, or up to as many as the policy says, between two that they don't fit. */
export function moments(
  readings: readonly Reading[],
  site: Site,
  least: number,
  step: () => number,
  policy: EnergyPolicy,
): Moments {
  const spikes = catchUps(readings, site, least, step);
  const dropouts = new Set<number>();
  let reach: number | undefined;
  for (let first = 1; first < readings.length - 1; first++) {
    const [before, reading] = [readings[first - 1]!, readings[first]!];
    const rises = reading.watts > before.watts;
    const falls = reading.watts <= least && before.watts > least;
    if (reading.judged || !(rises || falls)) continue;
    const longest = Math.min(policy.spike_reports, readings.length - 1 - first);
    for (let length = 1; length <= longest; length++) {
      const gap = around(readings, first, first + length - 1);
      if (!gap) break;
      const { lowest, highest, low, high } = gap;
      let found: Set<number> | undefined;
      if (highest <= least && low * 5 >= site.capacity && low > STEPS_OF_DROPOUT * step()) found = dropouts;
      else if (lowest > high * 1.1 && (lowest - high) * 1_000_000 >= site.capacity * policy.spike_rise_ppm) {
        const sun = brightness(reading, site);
        reach ??= reachOf(readings, site, least);
        const gathered = lowest / gathering(reading.seconds, policy);
        if (
          (isComparable(reading, sun, site, policy) && isBeyond(gathered, sun, reach, policy)) ||
          isIsolatedInSteadyLight(readings, first, length, gap, sun, gathered)
        )
          found = spikes;
      }
      if (!found) continue;
      for (let i = first; i < first + length; i++) found.add(i);
      break;
    }
  }
  return { spikes, dropouts };
}

/**
 * Readings that hold the energy of others before them: a logger that got nothing for some intervals, wrote zeros or nothing,
 * and then the sum. The power around must be steady, and the sum what it gives in that time.
 */
function catchUps(readings: readonly Reading[], site: Site, least: number, step: () => number): Set<number> {
  const found = new Set<number>();
  for (let i = 2; i < readings.length - 1; i++) {
    const [sum, after] = [readings[i]!, readings[i + 1]!];
    if (sum.judged || sum.watts <= least || !abut(sum, after) || sum.seconds !== after.seconds) continue;
    if (sum.watts <= CATCH_UP * after.watts) continue;
    let first = i;
    while (first > 0 && i - first < MOST_MISSED && readings[first - 1]!.watts === 0) first--;
    const before = readings[first - 1];
    if (!before || before.seconds !== sum.seconds || before.watts <= least) continue;
    const missed = (sum.start - before.start) / sum.seconds - 1;
    if (missed < 1 || missed > MOST_MISSED || missed !== Math.floor(missed)) continue;
    const [low, high] = [Math.min(before.watts, after.watts), Math.max(before.watts, after.watts)];
    // Where rows are missing, not zero, a gap in the clouds may follow by chance, in short intervals above all.
    const isGap = first === i;
    if (isGap && (sum.seconds < GAP_SECONDS || missed < GAP_LEAST)) continue;
    const [steady, off] = isGap ? [GAP_STEADY, GAP_OFF] : [CATCH_UP_STEADY, CATCH_UP_OFF];
    if (low < steady * high || low * 20 < site.capacity || sum.watts < CATCH_UP * high) continue;
    const expected = ((missed + 1) * (low + high)) / 2;
    if (Math.abs(sum.watts - expected) <= off * expected && low > STEPS_OF_DROPOUT * step()) found.add(i);
  }
  return found;
}

/** How far clouds may concentrate light beyond a clear sky's, for minutes only. */
const gathering = (seconds: number, policy: EnergyPolicy): number =>
  seconds < policy.cloud_edge_seconds ? policy.cloud_edge_margin_ppm / policy.clear_sky_margin_ppm : 1;

/** Watts in a block of readings and of its two neighbours. */
interface Gap {
  readonly lowest: number;
  readonly highest: number;
  /** The lower neighbour. */
  readonly low: number;
  readonly high: number;
}

/** Undefined if a neighbour is missing or not adjacent in time. */
function around(readings: readonly Reading[], first: number, last: number): Gap | undefined {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = first; i <= last + 1; i++) {
    if (!abut(readings[i - 1]!, readings[i]!)) return undefined;
    if (i > last) break;
    lowest = Math.min(lowest, readings[i]!.watts);
    highest = Math.max(highest, readings[i]!.watts);
  }
  const [a, b] = [readings[first - 1]!.watts, readings[last + 1]!.watts];
  return { lowest, highest, low: Math.min(a, b), high: Math.max(a, b) };
}

/** Whether power exceeds both what the light allows and what the device makes of it at other times. */
const isBeyond = (watts: number, sun: number, reach: number, policy: EnergyPolicy): boolean =>
  watts * 1_000_000 > sun * policy.spike_light_ppm &&
  watts * 1_000_000 > sun * reach * policy.spike_reach_ppm;

/** Whether the sun is high enough to compare with other times: under a low one panels differ too much. */
const isHigh = (sun: number, { capacity }: Site): boolean => sun * 2 > capacity;

/**
 * Whether other times show what to expect under this sun. A panel may face the sun in a single hour only: then the stricter
 * bound applies, that of a panel facing it.
 */
const isComparable = ({ watts, seconds }: Reading, sun: number, site: Site, policy: EnergyPolicy): boolean =>
  isHigh(sun, site) && (seconds <= 2 * policy.cloud_edge_seconds || watts > sun);

/** The share of a high sun's light that a device usually reaches, except for a few readings; 0 without any. */
function reachOf(readings: readonly Reading[], site: Site, least: number): number {
  const shares: number[] = [];
  for (const reading of readings) {
    if (reading.watts <= least) continue;
    const sun = brightness(reading, site);
    if (isHigh(sun, site)) shares.push(reading.watts / sun);
  }
  shares.sort((a, b) => a - b);
  return shares[shares.length - 1 - Math.max(2, Math.ceil(shares.length / 50))] ?? 0;
}

/** Whether power was high and steady before and after: no cloud was near that could have concentrated light. */
function isIsolatedInSteadyLight(
  readings: readonly Reading[],
  first: number,
  length: number,
  { low, high }: Gap,
  sun: number,
  gathered: number,
): boolean {
  if (high < 0.4 * sun || low < 0.7 * high) return false;
  const before = roughness(readings, first - AROUND, first - 1);
  const after = roughness(readings, first + length, first + length - 1 + AROUND);
  if (before === undefined || after === undefined) return false;
  const rough = Math.max(before, after);
  return rough < 0.05 * high && gathered - high > 4 * rough + 0.1 * high;
}

/** The largest distance of a reading from the mean of its neighbours, watts; undefined if readings are missing. */
function roughness(readings: readonly Reading[], from: number, to: number): number | undefined {
  let most = 0;
  for (let i = from + 1; i < to; i++) {
    const [a, b, c] = [readings[i - 1], readings[i], readings[i + 1]];
    if (!a || !b || !c || !abut(a, b) || !abut(b, c)) return undefined;
    most = Math.max(most, Math.abs(b.watts - (a.watts + c.watts) / 2));
  }
  return most;
}
