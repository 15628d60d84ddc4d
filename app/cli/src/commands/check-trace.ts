import { readFileSync } from 'node:fs';
import { DomainError, type Policy, parsePolicy, RULES_VERSION } from '@commonwire/oracle/domain';
import type { KindName } from '@commonwire/sdk/device';
import { flag, parseOptions, UsageError } from '@commonwire/sdk/node';
import { z } from 'zod';
import type { Command } from '../command';
import { CliError } from '../errors';
import { type CheckedTrace, checkRows } from '../trace/check';
import { hints } from '../trace/hints';
import { readRows } from '../trace/rows';
import { summary } from '../trace/summary';
import { traceKinds } from '../trace/trace-kind';
import { Zone } from '../trace/zone';

const decimal = (low: number, high: number, what: string) =>
  z
    .string()
    .regex(/^[+-]?(\d+\.?\d*|\.\d+)$/, `is not ${what}`)
    .transform(Number)
    .pipe(z.number().min(low, `is not ${what}`).max(high, `is not ${what}`));

const options = z.object({
  file: z.string(),
  kind: z.enum(Object.keys(traceKinds) as KindName[], {
    error: 'is not a kind of device that this command can check',
  }),
  'capacity-watts': decimal(1e-6, 2 ** 32 - 1, 'a number of watts'),
  latitude: decimal(-90, 90, 'a latitude in degrees, north positive'),
  longitude: decimal(-180, 180, 'a longitude in degrees, east positive'),
  unit: z.string().optional(),
  tz: z.string().optional(),
  interval: decimal(1, 86_400, 'a number of seconds from 1 to 86400').optional(),
  times: z.enum(['start', 'end'], { error: 'is neither start nor end' }).default('start'),
  'time-column': z.string().optional(),
  'value-column': z.string().optional(),
  policy: z.string().optional(),
  json: flag,
});

/** `commonwire check-trace`. */
export const checkTrace: Command = {
  name: 'check-trace',
  summary: 'shows which readings of a time series oracles would reject',
  usage: `commonwire check-trace FILE.csv --kind energy --capacity-watts N --latitude X --longitude Y
                       [--unit W|Wh|kW|kWh] [--tz ZONE] [--interval S] [--times start|end]
                       [--time-column NAME] [--value-column NAME] [--policy FILE] [--json]

Applies the oracles' rules to a time series, offline, and shows the verdict for each row:

  accepted  counts
  zeroed    honest but counts as zero, such as an inverter's own draw at night
  rejected  doesn't count, with the reason

Each row has a time and a value, separated by comma, semicolon or tab, in ascending or descending order of time. Columns
are found by their contents and by names such as ac_power or value; other columns are ignored. Times look like
2016-07-01 00:15:00-07:00 or 7/1/2016 0:15, or are unix seconds or milliseconds. No row is dropped: one that can't be
read is rejected, with the reason. docs/verification explains every rule. Warnings about options that look wrong go to
stderr.

  --kind KIND           energy
  --capacity-watts N    the registered capacity: the rating of the panels; 1 for values from 0 to 1
  --latitude X          degrees, north positive
  --longitude Y         degrees, east positive
  --unit W|Wh|kW|kWh    unit of the values: mean power (default: W) or energy over the interval
  --tz ZONE             time zone of times without an offset, such as America/Denver or -07:00
  --interval S          seconds that a value covers; default: the median step
  --times start|end     whether times mark the start or the end of the interval; default: start
  --time-column NAME    header of the column with the times
  --value-column NAME   header of the column with the values
  --policy FILE         a network's policy; default: the built-in defaults
  --json                one JSON array of {timestamp, value, verdict, reasons}, in the file's order

Exit status: 0 the file was checked, whatever the verdicts; 1 it can't be read; 2 wrong usage.`,

  async run(argv, write) {
    const { file, json, tz, times, ...given } = parseOptions('commonwire check-trace', argv, options, 'file');
    const kind = traceKinds[given.kind]!;
    const unit = given.unit ?? Object.keys(kind.units)[0]!;
    if (!(unit in kind.units)) {
      throw new UsageError(`--unit: ${unit} is not one of ${Object.keys(kind.units).join(', ')}`);
    }
    const policy =
      given.policy === undefined ? parsePolicy(NOTHING_TO_SPLIT, DEFAULTS) : readPolicy(given.policy);
    const columns = { time: given['time-column'], value: given['value-column'] };
    const rows = readRows(readText(file), tz === undefined ? undefined : new Zone(tz), columns);
    const { latitude, longitude, interval, 'capacity-watts': capacity } = given;
    const site = { kind, unit, capacity, latitude, longitude, interval, policy, ends: times === 'end' };
    const trace = checkRows(rows, site, progress());
    for (const hint of hints(trace, site)) process.stderr.write(`warning: ${hint}\n`);
    if (json) writeJson(trace, write);
    else for (const line of summary(trace)) write(line);
    return 0;
  },
};

/** The default policy; budgets don't affect verdicts. */
const NOTHING_TO_SPLIT = { rules_version: RULES_VERSION, epoch_budget: '0', device_epoch_cap: '0' };
const DEFAULTS = { development: false };

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError('bad-file', `${file} can't be read: ${(cause as Error).message}`, { cause });
  }
}

function readPolicy(file: string): Policy {
  try {
    return parsePolicy(JSON.parse(readText(file)), { development: true });
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof DomainError)) throw cause;
    if (cause instanceof DomainError && cause.code === 'unsupported-rules-version')
      throw new CliError(cause.code, `${file}: ${cause.message}`, { cause });
    throw new CliError('bad-file', `${file} is not a valid policy: ${cause.message}`, { cause });
  }
}

/** Shows progress on stderr once a second, starting after two seconds. */
function progress(): (judged: number, of: number) => void {
  let next = Date.now() + 2_000;
  return (judged, of) => {
    const now = Date.now();
    if (now < next) return;
    next = now + 1_000;
    process.stderr.write(
      `${judged.toLocaleString('en-US')} of ${of.toLocaleString('en-US')} readings judged\n`,
    );
  };
}

/** Rows per output line, so that a long document is never one string. */
const ROWS_A_LINE = 1_000;

function writeJson({ rows, decisions }: CheckedTrace, write: (line: string) => void): void {
  for (let first = 0; first < rows.length; first += ROWS_A_LINE) {
    const part = rows.slice(first, first + ROWS_A_LINE);
    const text = part.map(({ timestamp, value }, i) =>
      JSON.stringify({ timestamp, value, ...decisions[first + i]! }),
    );
    const end = first + ROWS_A_LINE >= rows.length ? ']' : ',';
    write(`${first === 0 ? '[' : ''}${text.join(',\n')}${end}`);
  }
}
