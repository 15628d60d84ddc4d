/** What many refusals of one sort have in common, and the option that would end them: a wrong option refuses all alike. */
import { count } from '../format';
import type { CheckedTrace, CheckInput } from './check';

/** Refusals fewer than this, or than this share, are faults of the data. */
const LEAST = 10;
const SHARE = 0.01;
/** Of the capacity: power in this share or more is what the device makes by day. */
const POWER = 0.01;
/** The share of refusals on one side of noon that tells of a shifted clock. */
const ONE_SIDE = 0.8;

/** One line for each thing that seems wrong with the options. */
export function* hints(trace: CheckedTrace, input: CheckInput): Generator<string> {
  const { rows, decisions } = trace;
  const power = rows.map(({ value }) => meanPower(value ?? 0, trace.interval, input) / input.capacity);
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
  const powered = power.filter((share) => share > POWER).sort((a, b) => a - b);
  const usual = powered[Math.floor(powered.length * 0.99)];
  const most = power.reduce((a, b) => Math.max(a, b), 0);
  if (most > 0 && (usual === undefined || powered.length * 1000 < rows.length)) {
    yield `next to no power is above ${POWER * 100} % of --capacity-watts: are the values in kW (--unit kW), or shares of it (--capacity-watts 1)?`;
  }
  const negative = refused('negative');
  if (negative.length > powered.length) {
    yield `${count(negative.length, 'reading')} below zero, more than above: turn the sign of what the device gives`;
  }
  const above = refused('above-capacity');
  if (usual !== undefined && many(above, powered.length)) {
    yield `${count(above.length, 'reading')} above what the capacity allows, many ${ratio(usual)} times it: is --capacity-watts what the panels are rated at, and --unit right?`;
  }
  const dark = refused('sun-at-night', 'above-clear-sky');
  if (many(dark, powered.length)) yield* ofTheSun(dark, trace, power, input);
}

const ratio = (share: number): string =>
  share < 10 ? share.toFixed(2) : Math.round(share).toLocaleString('en-US');

const UNREAD: readonly (readonly [string, string])[] = [
  ['unreadable-time', 'without a time that can be read: name its column with --time-column'],
  ['unreadable-value', 'with a value that is no number: name its column with --value-column'],
  ['out-of-order', 'out of order: sort the file by time'],
  ['conflict', 'with times that have several values: take one device, one zone'],
  ['no-such-time', 'with times that clocks of --tz skipped: is it the right zone, such as -07:00 all year?'],
];

/** Refusals that the sun's place led to: before or after noon by the clock, at both ends of the day by the capacity. */
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
  const readings = `${count(dark.length, 'reading')} of more power than the sun gives then`;
  if (Math.max(early, 1 - early) < ONE_SIDE && Math.abs(off) < 3) {
    yield `${readings}, in the morning and the evening: is --capacity-watts the inverter's rating? Give the panels'. Is --latitude right, north positive?`;
    return;
  }
  const side = off < 0 ? 'before' : 'after';
  const middle = `half of all power comes about ${Math.abs(off).toFixed(1)} hours ${side} the sun's noon`;
  yield `${readings}; ${middle}: are the times in this zone (--tz), with or without summer time, at the ends of intervals (--times end)? Is --longitude right, east positive?`;
}

function meanPower(value: number, interval: number, { kind, unit }: CheckInput): number {
  return (kind.units[unit]!(value, interval) * 3600) / interval;
}
