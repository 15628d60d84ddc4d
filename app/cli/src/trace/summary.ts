/** Formats a checked file for people: verdicts, reasons, times and a chart. */
import { explain, reasons } from '@commonwire/oracle/domain';
import { count } from '@commonwire/sdk/core';
import { rowReasons } from '@commonwire/sdk/trace';
import type { CheckedTrace } from './check';

interface Group {
  readonly verdict: string;
  readonly reason: string;
  rows: number;
  first: string;
  last: string;
}

/** Columns of the chart. */
const WIDTH = 72;
const LEVELS = ' ▁▂▃▄▅▆▇█';

/** Yields the lines to print. */
export function* summary(trace: CheckedTrace): Generator<string> {
  const groups = group(trace);
  yield `${count(trace.rows.length, 'row')}, a reading every ${trace.interval} s${gaps(trace)}`;
  yield '';
  const width = Math.max(...groups.map(({ reason }) => reason.length), 6);
  const times = Math.max(...groups.map(({ first, last }) => Math.max(first.length, last.length)), 5);
  const line = (verdict: string, reason: string, rows: string, first: string, last: string): string =>
    `${verdict.padEnd(9)} ${reason.padEnd(width)} ${rows.padStart(10)}  ${first.padEnd(times)}  ${last}`.trimEnd();
  yield line('verdict', 'reason', 'rows', 'first', 'last');
  for (const { verdict, reason, rows, first, last } of groups) {
    yield line(verdict, reason, rows.toLocaleString('en-US'), first, last);
  }
  yield '';
  yield* picture(trace);
  const named = [...new Set(groups.map(({ reason }) => reason))].filter(Boolean).sort();
  for (const reason of named) yield `${reason.padEnd(width)}  ${sentence(reason)}`;
}

const gaps = ({ gaps: { count: number, seconds } }: CheckedTrace): string =>
  number === 0
    ? ', none missing'
    : `, ${count(number, 'gap')} of ${(seconds / 3600).toFixed(1)} hours in all`;

const sentence = (reason: string): string =>
  reason in reasons ? explain(reason as keyof typeof reasons) : rowReasons[reason as keyof typeof rowReasons];

/** Groups rows by verdict and reason. Sorts by verdict, accepted first, then by number of rows. */
function group({ rows, decisions }: CheckedTrace): Group[] {
  const groups = new Map<string, Group>();
  for (const [i, { timestamp }] of rows.entries()) {
    const { verdict, reasons: given } = decisions[i]!;
    const reason = given[0] ?? '';
    const key = `${verdict} ${reason}`;
    const known = groups.get(key);
    if (!known) groups.set(key, { verdict, reason, rows: 1, first: timestamp, last: timestamp });
    else {
      known.rows++;
      known.last = timestamp;
    }
  }
  return [...groups.values()].sort((a, b) =>
    a.verdict < b.verdict ? -1 : a.verdict > b.verdict ? 1 : b.rows - a.rows,
  );
}

/** Draws the mean value over time and marks the times with rejected rows. */
function* picture({ rows, decisions }: CheckedTrace): Generator<string> {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { time } of rows) {
    if (time === undefined) continue;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  if (last <= first) return;
  const columns = Array.from({ length: WIDTH }, () => ({ sum: 0, readings: 0, refused: false }));
  for (const [i, { time, value }] of rows.entries()) {
    if (time === undefined) continue;
    const column = columns[Math.floor(((time - first) / (last - first + 1)) * WIDTH)];
    if (!column) continue;
    if (decisions[i]!.verdict === 'rejected') column.refused = true;
    else {
      column.sum += value ?? 0;
      column.readings++;
    }
  }
  const means = columns.map(({ sum, readings }) => (readings ? sum / readings : 0));
  // A meter's balance may be below zero all day; what a device draws itself doesn't lift the rest of the picture.
  const [least, most] = [Math.min(0, ...means), Math.max(0, ...means)];
  const base = most + least < 0 ? least : 0;
  const level = (mean: number): string =>
    LEVELS[most > base ? Math.ceil((Math.max(0, mean - base) / (most - base)) * (LEVELS.length - 1)) : 0]!;
  const iso = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 16)}Z`;
  yield `mean      ${means.map(level).join('')}`;
  yield `rejected  ${columns.map(({ refused }) => (refused ? '!' : '·')).join('')}`;
  yield `          ${iso(first)}${iso(last).padStart(WIDTH - 17)}`;
  yield '';
}
