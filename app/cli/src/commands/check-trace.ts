import { DomainError, type Policy, parsePolicy, RULES_VERSION } from '@commonwire/oracle/domain';
import { Kind, type KindName, MOUNTS } from '@commonwire/sdk/device';
import { flag, parseOptions, readBytes, UsageError, whole } from '@commonwire/sdk/node';
import {
  DATE_ORDERS,
  decodeTrace,
  readTrace,
  sentence,
  type Trace,
  TraceError,
  type TraceOptions,
  type TraceReading,
  Zone,
} from '@commonwire/sdk/trace';
import { z } from 'zod';
import type { Command } from '../command';
import { CliError } from '../errors';
import { type CheckedTrace, checkTrace as check } from '../trace/check';
import { hints } from '../trace/hints';
import { summary } from '../trace/summary';
import { traceKinds } from '../trace/trace-kind';

const decimal = (low: number, high: number, what: string) =>
  z
    .string()
    .regex(/^[+-]?(\d+\.?\d*|\.\d+)$/, `is not ${what}`)
    .transform(Number)
    .pipe(z.number().min(low, `is not ${what}`).max(high, `is not ${what}`));

const options = z.object({
  file: z.string().meta({ operand: true }),
  kind: z.enum(Object.keys(traceKinds) as KindName[], {
    error: 'is not a kind of device that this command can check',
  }),
  'panel-watts': decimal(1e-6, 2 ** 32 - 1, 'a number of watts').optional(),
  'import-column': z.string().optional(),
  'export-column': z.string().optional(),
  'capacity-watts': decimal(1e-6, 2 ** 32 - 1, 'a number of watts'),
  latitude: decimal(-90, 90, 'a latitude in degrees, north positive'),
  longitude: decimal(-180, 180, 'a longitude in degrees, east positive'),
  mount: z.enum(MOUNTS, { error: `is none of ${MOUNTS.join(', ')}` }).optional(),
  unit: z.string().optional(),
  tz: z.string().optional(),
  interval: decimal(60, 3_600, 'a number of seconds from 60 to 3600, as a report covers').optional(),
  times: z.enum(['start', 'end'], { error: 'is neither start nor end' }).optional(),
  'date-order': z.enum(DATE_ORDERS, { error: `is none of ${DATE_ORDERS.join(', ')}` }).optional(),
  decimal: z.enum(['point', 'comma'], { error: 'is neither point nor comma' }).optional(),
  separator: z
    .string()
    .transform((text) => (/^(tab|\\t)$/i.test(text) ? '\t' : text))
    .refine((text) => text.length === 1, 'is not one character, or tab')
    .optional(),
  counter: z.enum(['yes', 'no'], { error: 'is neither yes nor no' }).optional(),
  device: z.string().min(1, 'is empty').optional(),
  skip: whole(0, 1_000_000).optional(),
  'time-column': z.string().optional(),
  'value-column': z.string().optional(),
  policy: z.string().optional(),
  json: flag,
});

const FOR_METERS = ['import-column', 'export-column', 'panel-watts'] as const;
const FOR_VALUES = ['value-column', 'counter', 'interval', 'mount'] as const;

/** `commonwire check-trace`. */
export const checkTrace: Command = {
  name: 'check-trace',
  group: 'device',
  summary: 'shows which readings of a time series oracles would reject',
  usage: `commonwire check-trace FILE --kind KIND --capacity-watts N --latitude X --longitude Y
                       [--import-column NAME] [--export-column NAME] [--panel-watts N] [--mount MOUNT] [--unit UNIT]
                       [--tz ZONE] [--interval S] [--times start|end]
                       [--time-column NAME] [--value-column NAME] [--date-order ORDER] [--decimal point|comma]
                       [--separator C] [--counter yes|no] [--device NAME] [--skip N] [--policy FILE] [--json]

Applies the oracles' rules to a time series, offline, and shows the verdict for each row:

  accepted  counts
  zeroed    honest but counts as zero, such as an inverter's own draw at night
  rejected  doesn't count, with the reason

The file is CSV as portals, loggers and spreadsheets write it, also packed with gzip. How it was read goes to stderr: the
columns, the unit, the order of dates, the zone, the interval. A warning says where a guess was close, or an option looks
wrong; each guess has an option. No row is dropped: one that can't be read is rejected, with the reason.
docs/verification/files.md lists what is read, docs/verification explains every rule.

  --kind KIND           energy, or meter: a connection's registers of import and export, each in a column
  --capacity-watts N    the registered capacity: the rating of the panels, 1 for values from 0 to 1; the connection's power
  --latitude X          degrees, north positive
  --longitude Y         degrees, east positive
  --import-column NAME  of a meter, the register of what was taken from the grid (default import)
  --export-column NAME  of a meter, the register of what was delivered to it (default export)
  --panel-watts N       of a meter behind which only panels can export, their rating: more than a clear sky gives is rejected
  --mount MOUNT         how panels are mounted: fixed, one-axis or two-axes; days above what a clear sky gives these are rejected
  --unit UNIT           mW, W, kW, MW, GW for mean power, mWh to GWh for energy; default: as the file says, else W
  --tz ZONE             time zone of times without an offset, such as America/Denver or -07:00
  --interval S          seconds that a value covers, 60 to 3600; default: the median step
  --times start|end     whether times mark the start or the end of the interval; default: start
  --time-column NAME    header of the column with the times, or its number, such as #1
  --value-column NAME   the same for the values
  --date-order ORDER    dmy, mdy, ymd or ydm; default: the order in which all dates of the file exist
  --decimal point|comma the decimal mark; default: as the whole column shows
  --separator C         what separates cells, such as ';' or tab
  --counter yes|no      whether values are a meter's readings, of which the differences count; default: as they behave
  --device NAME         the device in a file of several, or COLUMN=NAME
  --skip N              pass over the first N lines
  --policy FILE         a network's policy; default: the built-in defaults
  --json                {reading, rows}: how the file was read, and {timestamp, value, verdict, reasons} for each row

Exit status: 0 the file was checked, whatever the verdicts.`,
  examples: [
    'commonwire check-trace meter.csv --kind energy --capacity-watts 5000 --latitude 48.1 --longitude 11.6',
  ],
  options,

  async run(argv, write) {
    const { file, json, tz, times, ...given } = parseOptions('commonwire check-trace', argv, options, 'file');
    const kind = traceKinds[given.kind]!;
    const isMeter = kind.id === Kind.meter;
    for (const name of isMeter ? FOR_VALUES : FOR_METERS)
      if (given[name] !== undefined)
        throw new UsageError(`--${name} is not for --kind ${given.kind}; see commonwire check-trace --help`);
    const policy =
      given.policy === undefined ? parsePolicy(NOTHING_TO_SPLIT, DEFAULTS) : readPolicy(given.policy);
    const trace = await read(file, tz, {
      timeColumn: given['time-column'],
      valueColumn: given['value-column'],
      unit: given.unit,
      interval: given.interval,
      ends: times && times === 'end',
      dateOrder: given['date-order'],
      decimal: given.decimal && (given.decimal === 'comma' ? ',' : '.'),
      separator: given.separator,
      skip: given.skip,
      counter: given.counter && given.counter === 'yes',
      device: given.device,
      registers: isMeter
        ? { imported: given['import-column'] ?? 'import', exported: given['export-column'] ?? 'export' }
        : undefined,
    });
    process.stderr.write(`${sentence(trace.reading)}\n`);
    const { latitude, longitude, 'capacity-watts': capacity } = given;
    const { mount } = given;
    const site = { kind, capacity, latitude, longitude, policy, mount, panelWatts: given['panel-watts'] };
    const checked = check(trace, site, progress());
    const warnings = [...trace.reading.warnings, ...hints(checked, { ...site, reading: trace.reading })];
    for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
    if (json) writeJson(checked, { ...trace.reading, warnings }, write);
    else for (const line of summary(checked)) write(line);
    return 0;
  },
};

/** Reads a trace. Options that don't fit the file are wrong usage. */
async function read(file: string, tz: string | undefined, options: TraceOptions): Promise<Trace> {
  try {
    const zone = tz === undefined ? undefined : new Zone(tz);
    return readTrace(await decodeTrace(bytesOf(file)), { ...options, zone });
  } catch (cause) {
    if (!(cause instanceof TraceError)) throw cause;
    if (cause.code !== 'bad-file') throw new UsageError(cause.message, { cause });
    throw new CliError('bad-file', `${file}: ${cause.message}`, { cause });
  }
}

/** The default policy; budgets don't affect verdicts. */
const NOTHING_TO_SPLIT = { rules_version: RULES_VERSION, epoch_budget: '0', device_epoch_cap: '0' };
const DEFAULTS = { development: false };

function bytesOf(file: string): Uint8Array {
  try {
    return readBytes(file);
  } catch (cause) {
    throw new CliError('bad-file', (cause as Error).message, { cause });
  }
}

function readPolicy(file: string): Policy {
  try {
    return parsePolicy(JSON.parse(new TextDecoder().decode(bytesOf(file))), { development: true });
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

function writeJson(
  { rows, decisions }: CheckedTrace,
  reading: TraceReading,
  write: (line: string) => void,
): void {
  write(`{"reading":${JSON.stringify(reading)},`);
  for (let first = 0; first < rows.length; first += ROWS_A_LINE) {
    const part = rows.slice(first, first + ROWS_A_LINE);
    const text = part.map(({ timestamp, value }, i) =>
      JSON.stringify({ timestamp, value, ...decisions[first + i]! }),
    );
    const end = first + ROWS_A_LINE >= rows.length ? ']}' : ',';
    write(`${first === 0 ? '"rows":[' : ''}${text.join(',\n')}${end}`);
  }
}
