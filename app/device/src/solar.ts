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

/** Where the arrays were measured: Golden, Colorado; 1e-7 degree. */
export const GOLDEN = { latitude: 397_420_000, longitude: -1_051_800_000 } as const;

/** The measured curves the simulator replays. */
export interface SolarData {
  /** fixed roof array, 15 min, 2016-07-01 and 104 days on */
  fixed: PowerTrace;
  /** single-axis tracker, 15 min, 2010-06-25 to 2010-06-30 */
  tracker: PowerTrace;
}

/** Power that stands for the whole array, watts: the fixed one's modules, and a round figure above the tracker's peak. */
export const NOMINAL_WATTS = { fixed: 6_000n, tracker: 400n } as const;

/** Reads the curves that come with this package. */
export function loadSolarData(): SolarData {
  return {
    fixed: readTrace(join(FOLDER, 'serf_east_15min_ac_power.csv')),
    tracker: readTrace(join(FOLDER, 'nrel_1axis_tracker_mesa_ac_power.csv')),
  };
}

/** Which measured days an array shows, in order. */
export interface Replay {
  /** Day of the fixed array's curve that is shown on the first day of the replay. */
  firstDay: number;
  /** Show the tracker's days first, then go on with the fixed array's. */
  tracker: boolean;
  capacityWatts: number;
}

/**
 * The first midnight of the fixed array's curve, unix seconds: where a simulation's device time begins, so that the sun
 * stands where it stood.
 */
export function replayOrigin(data: SolarData): number {
  return data.fixed.samples[0]!.start;
}

/**
 * What an array meters from {@link replayOrigin} on, until the measured days end; scaled to its capacity.
 *
 * Days are moved by whole days, so that the sun's hour angle stays (but for a minute or two of the equation of time)
 * and only its declination differs. The fixed array's days are only ever shown earlier, by `firstDay` days of a summer
 * and autumn in which the sun sinks: at the simulated date it stands higher and longer (by at most 5.5 degrees for 14
 * days, in September) than when the reading was taken, which is what the bounds on sunlight allow. The tracker's days,
 * from 25 June 2010, are shown 6 days later: 0.4 degrees lower, less than a minute of daylight, far inside the rules'
 * margin of 1.35.
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
    // Its curve begins at midnight of daylight time, an hour before the origin.
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
