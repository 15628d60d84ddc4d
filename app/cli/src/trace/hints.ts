import { count } from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
/** Finds wrong options: many rejections with the same cause suggest which option to change. */
import { type TraceReading, Zone } from '@commonwire/sdk/trace';
import { causes } from './causes';
import type { CheckedTrace, CheckInput } from './check';

/** With fewer rejections than this, or a smaller share, the data is at fault, not an option. */
const LEAST = 10;
const SHARE = 0.01;
/** The share of the capacity above which a device is producing. */
const POWER = 0.01;
/** The share of rejections on one side of noon that suggests a shifted clock. */
const ONE_SIDE = 0.8;

/** Hours from midnight that no site's panels give power in, and a share of the capacity that devices consume. */
const DEEP_NIGHT = 2;
const SMALL = 0.05;

/** Yields one line for each option that looks wrong. */
export function* hints(
  trace: CheckedTrace,
  input: CheckInput & { readonly reading: TraceReading },
): Generator<string> {
  const { rows, decisions } = trace;
  const power = Array.from(trace.watts, (watts) => watts / input.capacity);
  const refused = (...reasons: string[]): number[] =>
    [...rows.keys()].filter(
      (i) => reasons.includes(decisions[i]!.reasons[0] ?? '') && decisions[i]!.verdict === 'rejected',
    );
  const many = (found: readonly number[], of: number): boolean => found.length >= Math.max(LEAST, of * SHARE);

  for (const [reason, advice] of UNREAD) {
    const found = refused(reason);
    const { line } = rows[found[0] ?? 0]!;
    if (many(found, rows.length)) yield `${count(found.length, 'row')} ${advice}, the first in line ${line}`;
  }
  const skipped = refused('no-such-time');
  if (skipped.length > 0) {
    const { zone } = input.reading;
    const standard = zone === null ? undefined : new Zone(zone).standardOffset(rows);
    yield `${count(skipped.length, 'row')} with times that clocks of ${zone ?? 'the zone'} skipped in spring, the first in line ${rows[skipped[0]!]!.line}: does the logger stay on standard time all year? Then give ${standard ? `--tz=${standard}` : 'its offset with --tz'}`;
  }
  const above = refused('above-capacity');
  if (input.kind.id === Kind.meter) {
    // What follows is about panels and the sun.
    if (above.length > 0)
      yield `${count(above.length, 'reading')} above the power of the connection: is --capacity-watts what its fuse allows, and is --unit right?`;
    return;
  }
  const powered = power.filter((share) => share > POWER).sort((a, b) => a - b);
  const usual = powered[Math.floor(powered.length * 0.99)];
  const most = power.reduce((a, b) => Math.max(a, b), 0);
  if (most > 0 && (usual === undefined || powered.length * 1000 < rows.length)) {
    yield `almost no power is above ${POWER * 100} % of --capacity-watts: ${likelyUnit(most, input.reading.unit)}`;
  }
  const negative = refused('negative');
  if (negative.length > powered.length) {
    yield `${count(negative.length, 'reading')} below zero, more than above: invert the sign of the values`;
  }
  if (usual !== undefined && many(above, powered.length)) {
    yield `${count(above.length, 'reading')} above the capacity, many of them ${ratio(usual)} times the capacity: is --capacity-watts the rating of the panels, and is --unit right?`;
  }
  const dark = refused('sun-at-night', 'above-clear-sky');
  if (many(dark, powered.length)) yield* ofTheSun(dark, trace, power, input);
  yield* causes({ trace, power, longitude: input.longitude });
}

/** The unit of which the highest value would be a likely share of the capacity. */
function likelyUnit(most: number, unit: string): string {
  const larger = [
    ['k', 1e3],
    ['M', 1e6],
    ['G', 1e9],
  ] as const;
  const found = /^Wh?$/.test(unit)
    ? larger.find(([, size]) => most * size > 0.05 && most * size < 2)
    : undefined;
  const asked = found
    ? `are the values in ${found[0]}${unit} (--unit ${found[0]}${unit})`
    : 'is --unit right';
  return `${asked}, or are they shares of the capacity (--capacity-watts 1)?`;
}

const ratio = (share: number): string =>
  share < 10 ? share.toFixed(2) : Math.round(share).toLocaleString('en-US');

const UNREAD: readonly (readonly [string, string])[] = [
  ['unreadable-time', 'without a time that can be read: name its column with --time-column'],
  ['unreadable-value', 'with a value that is not a number: name its column with --value-column'],
  ['out-of-order', 'out of order: sort the file by time'],
  ['conflict', 'with times that have several values: use a file of one device in one time zone'],
];

/** Explains rejections for lack of sun: on one side of noon the clock is wrong, on both sides the capacity. */
function* ofTheSun(
  dark: readonly number[],
  { rows }: CheckedTrace,
  power: readonly number[],
  { longitude }: CheckInput,
): Generator<string> {
  const hourOf = (i: number): number => (((rows[i]!.time! / 3600 + longitude / 15) % 24) + 24) % 24;
  const [east, north] = [0, 0].map((_, part) =>
    power.reduce((sum, share, i) => {
      if (rows[i]!.time === undefined || share <= POWER) return sum;
      const angle = (hourOf(i) / 12 - 1) * Math.PI;
      return sum + share * (part === 0 ? Math.cos(angle) : Math.sin(angle));
    }, 0),
  ) as [number, number];
  const off = (Math.atan2(north, east) / Math.PI) * 12;
  const early = dark.filter((i) => hourOf(i) < 12).length / dark.length;
  const readings = `${count(dark.length, 'reading')} of more power than the sun allows at that time`;
  const deep = dark.filter((i) => hourOf(i) < DEEP_NIGHT || hourOf(i) > 24 - DEEP_NIGHT);
  if (Math.abs(off) < 3 && deep.length * 3 >= dark.length) {
    const least = deep.every((i) => power[i]! < SMALL);
    yield `${readings}, ${count(deep.length, 'reading')} of them in the middle of the night: ${
      least
        ? "is the inverter's own consumption read as generation, as by a current transformer without a sign?"
        : "were gaps filled in, was the last value repeated, or is it another meter's power?"
    }`;
    return;
  }
  if (Math.max(early, 1 - early) < ONE_SIDE && Math.abs(off) < 3) {
    yield `${readings}, in the morning and the evening: is --capacity-watts the rating of the inverter instead of the panels? Is --latitude right, north positive?`;
    return;
  }
  const side = off < 0 ? 'before' : 'after';
  const middle = `production is centred about ${Math.abs(off).toFixed(1)} hours ${side} solar noon`;
  yield `${readings}; ${middle}: is the time zone right (--tz), with or without summer time? Do times mark the ends of intervals (--times end)? Is --longitude right, east positive?`;
}
