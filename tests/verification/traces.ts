/** The measured traces and variants of them as recorded by other meters. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { domain } from '@commonwire/oracle';
import type { Mount } from '@commonwire/sdk/device';
import type { Sample } from './faults';

/** A trace and its device. */
export interface Trace {
  readonly name: string;
  readonly samples: readonly Sample[];
  readonly seconds: number;
  /** Watts. */
  readonly capacity: number;
  readonly latitude: number;
  readonly longitude: number;
  /** As registered; unknown if absent. */
  readonly mount?: Mount;
}

const GOLDEN = { latitude: 39.742, longitude: -105.18 };
const FOLDER = join(__dirname, '../../app/device/data/pv');

function read(file: string): Sample[] {
  const lines = readFileSync(join(FOLDER, file), 'utf8').trim().split(/\r?\n/).slice(1);
  return lines.map((line) => {
    const [time, watts] = line.split(',');
    return { start: Date.parse(time!.replace(' ', 'T')) / 1000, watts: Number(watts) };
  });
}

/** Returns the measured traces as recorded by their loggers, with the capacities that an installer would register. */
export function measured(): { fixed: Trace; fixedMinutes: Trace; tracker: Trace; light: Trace } {
  return {
    fixed: {
      name: 'fixed, 15 min',
      samples: read('serf_east_15min_ac_power.csv'),
      seconds: 900,
      capacity: 6000,
      ...GOLDEN,
    },
    fixedMinutes: {
      name: 'fixed, 1 min',
      samples: read('serf_east_1min_ac_power.csv'),
      seconds: 60,
      capacity: 6000,
      ...GOLDEN,
    },
    tracker: {
      name: 'tracker, 15 min',
      samples: read('nrel_1axis_tracker_mesa_ac_power.csv'),
      seconds: 900,
      capacity: 330,
      ...GOLDEN,
    },
    light: {
      name: 'light, 1 min',
      samples: read('midc_bms_ghi_20220120.csv'),
      seconds: 60,
      capacity: 1000,
      ...GOLDEN,
    },
  };
}

/** Returns days `from` to `to` of a trace. */
export const days = (trace: Trace, from: number, to: number): Trace => {
  const day = 86_400 / trace.seconds;
  return { ...trace, samples: trace.samples.slice(from * day, to * day) };
};

const changed = (trace: Trace, name: string, change: (watts: number) => number): Trace => ({
  ...trace,
  name: `${trace.name}, ${name}`,
  samples: trace.samples.map(({ start, watts }) => ({ start, watts: change(watts) })),
});

/** Returns the power clipped by an inverter at a share of the capacity. */
export const clipped = (trace: Trace, share: number): Trace =>
  changed(trace, `clipped at ${share}`, (watts) => Math.min(watts, trace.capacity * share));

/** Returns the power as shown by a meter with coarse steps. */
export const stepped = (trace: Trace, step: number): Trace =>
  changed(trace, `in steps of ${step} W`, (watts) => Math.round(watts / step) * step);

/** Returns means over `count` readings. */
export const averaged = (trace: Trace, count: number): Trace => ({
  ...trace,
  name: `${trace.name}, means of ${count}`,
  seconds: trace.seconds * count,
  samples: Array.from({ length: Math.floor(trace.samples.length / count) }, (_, i) => {
    const part = trace.samples.slice(i * count, i * count + count);
    return { start: part[0]!.start, watts: part.reduce((sum, { watts }) => sum + watts, 0) / count };
  }),
});

/** Returns the trace as recorded with a clock that is some seconds off. */
export const shifted = (trace: Trace, seconds: number): Trace => ({
  ...trace,
  name: `${trace.name}, clock ${seconds} s off`,
  samples: trace.samples.map(({ start, watts }) => ({ start: start + seconds, watts })),
});

/** Micro-units, as in `commonwire check-trace`. */
const SCALE = 1_000_000;
const policy = domain.parsePolicy(
  { rules_version: domain.RULES_VERSION, epoch_budget: '0', device_epoch_cap: '0' },
  { development: false },
);

/** Judges a device's readings with the default policy; one Wh is `scale` steps of their values. */
export const judgeReadings = (
  site: Pick<Trace, 'capacity' | 'latitude' | 'longitude' | 'mount'>,
  readings: readonly domain.TraceReading[],
  scale: number,
): domain.TraceVerdict[] => {
  const { capacity, latitude, longitude, mount } = site;
  const kind = domain.kindOf(1)!;
  return [...domain.judgeTrace({ kind, capacity, latitude, longitude, mount, policy, scale, readings })];
};

/** Judges a trace with the default policy. */
export function judge({ samples, seconds, ...site }: Trace): domain.TraceVerdict[] {
  const readings = samples.map(({ start, watts }) => {
    return { start, seconds, value: BigInt(Math.round((watts * SCALE * seconds) / 3600)) };
  });
  return judgeReadings(site, readings, SCALE);
}

/** Returns the positions of the readings that the default policy rejects. */
export const refused = (trace: Trace): Set<number> =>
  new Set(judge(trace).flatMap(({ outcome }, i) => (outcome === 'rejected' ? [i] : [])));
