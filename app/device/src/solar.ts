import { join } from 'node:path';
import {
  EnergyMeter,
  type PowerSample,
  type PowerTrace,
  readTrace,
  type Scale,
  type TraceInterval,
} from './trace';

const DAY = 86_400;
const FOLDER = join(__dirname, '..', 'data', 'pv');

/** The location of the measured arrays: Golden, Colorado; 1e-7 degree. */
export const GOLDEN = { latitude: 397_420_000, longitude: -1_051_800_000 } as const;

/** The measured curves that the simulator replays. */
export interface SolarData {
  /** fixed roof array, 15 min, 105 days from 2016-07-01 */
  fixed: PowerTrace;
  /** single-axis tracker, 15 min, 2010-06-25 to 2010-06-30 */
  tracker: PowerTrace;
}

/** Nominal power of the arrays, watts: of the fixed one's modules, and a round figure above the tracker's peak. */
export const NOMINAL_WATTS = { fixed: 6_000n, tracker: 400n } as const;

/** Reads the curves in this package. */
export function loadSolarData(): SolarData {
  return {
    fixed: readTrace(join(FOLDER, 'serf_east_15min_ac_power.csv')),
    tracker: readTrace(join(FOLDER, 'nrel_1axis_tracker_mesa_ac_power.csv')),
  };
}

/** Which measured days an array replays. */
export interface Replay {
  /** Day of the fixed array's curve that starts the replay. */
  firstDay: number;
  /** Whether to replay the tracker's days first and then the fixed array's. */
  tracker: boolean;
  capacityWatts: number;
}

/**
 * Returns the first midnight of the fixed array's curve, unix seconds. Device time of a simulation starts there, so that
 * the sun is in the same position as in the data.
 */
export function replayOrigin(data: SolarData): number {
  return data.fixed.samples[0]!.start;
}

/**
 * Yields an array's energy from {@link replayOrigin} to the end of the measured days, scaled to its capacity.
 *
 * Curves are shifted by whole days. So the sun's hour angle stays the same, apart from a minute or two of the equation of
 * time, and only its declination differs. The fixed array's days, from summer and autumn, are shown `firstDay` days
 * earlier. The sun is then higher at the simulated date than when the reading was taken, by at most 5.5 degrees for 14
 * days in September, so the bounds on sunlight still hold. The tracker's days, from 25 June 2010, are shown 6 days later:
 * the sun is 0.4 degrees lower and the day less than a minute shorter, far inside the rules' margin of 1.35.
 */
export function* replay(
  data: SolarData,
  { firstDay, tracker, capacityWatts }: Replay,
): Generator<TraceInterval> {
  const origin = replayOrigin(data);
  let shown = origin;
  if (tracker) {
    const { samples, stepSeconds } = data.tracker;
    const shift = (Math.floor(origin / DAY) - Math.floor(samples[0]!.start / DAY)) * DAY;
    // This curve begins at midnight of daylight saving time, an hour before the origin.
    const moved = move(samples, shift).filter(({ start }) => start >= origin);
    yield* meter(moved, stepSeconds, scaleTo(capacityWatts, NOMINAL_WATTS.tracker));
    const end = moved.at(-1)!.start + stepSeconds;
    shown = origin + Math.ceil((end - origin) / DAY) * DAY;
  }
  const { samples, stepSeconds } = data.fixed;
  const moved = move(samples, -firstDay * DAY).filter(({ start }) => start >= shown);
  yield* meter(moved, stepSeconds, scaleTo(capacityWatts, NOMINAL_WATTS.fixed));
}

function move(samples: readonly PowerSample[], seconds: number): PowerSample[] {
  return samples.map(({ start, microWatts }) => ({ start: start + seconds, microWatts }));
}

function* meter(samples: readonly PowerSample[], seconds: number, scale: Scale): Generator<TraceInterval> {
  const counter = new EnergyMeter(scale);
  for (const { start, microWatts } of samples) {
    yield { start, seconds, wattHours: counter.add(microWatts, seconds) };
  }
}

function scaleTo(capacityWatts: number, nominalWatts: bigint): Scale {
  return { numerator: BigInt(capacityWatts), denominator: nominalWatts };
}
