import { KIND_NAMES, Kind, MOUNTS } from '@commonwire/sdk/device';
import {
  address,
  clusterUrl,
  deviceIndex,
  flag,
  networkAddress,
  oracleUrls,
  parseOptions,
  signingOptions,
  UsageError,
  whole,
} from '@commonwire/sdk/node';
import { DATE_ORDERS, UNITS } from '@commonwire/sdk/trace';
import { z } from 'zod';
import { COMMAND } from './command-name';
import { degrees, interval, publicKeys, zone } from './options';
import { sourceOf, sourceOptions } from './source-options';

/** A checked command line. */
export type Command = ReturnType<(typeof commands)[keyof typeof commands]>;

const kindName = z.enum(KIND_NAMES, { error: `is none of ${KIND_NAMES.join(', ')}` }).default('energy');

const keygenOptions = z.object({ key: z.string() });

const registerOptions = z.object({
  url: clusterUrl,
  network: networkAddress,
  ...signingOptions,
  key: z.string().optional(),
  'public-key': publicKeys.optional(),
  latitude: degrees(90),
  longitude: degrees(180),
  capacity: whole(1, 0xffff_ffff),
  mount: z.enum(MOUNTS, { error: `is none of ${MOUNTS.join(', ')}` }).default('unknown'),
  kind: kindName,
  oracle: oracleUrls.default([]),
  json: flag,
});

const runOptions = z.object({
  oracle: oracleUrls.min(1).meta({ setting: 'oracle', isSecret: true }),
  key: z.string(),
  index: deviceIndex,
  owner: address,
  latitude: degrees(90),
  longitude: degrees(180),
  kind: kindName,
  unit: z
    .enum([...UNITS.keys(), 'value'], {
      error: `is neither value nor one of ${[...UNITS.keys()].join(', ')}`,
    })
    .optional(),
  seconds: interval.optional(),
  tz: zone.optional(),
  'time-column': z.string().optional(),
  'value-column': z.string().optional(),
  'import-column': z.string().optional(),
  'export-column': z.string().optional(),
  'date-order': z.enum(DATE_ORDERS, { error: `is none of ${DATE_ORDERS.join(', ')}` }).optional(),
  decimal: z.enum(['point', 'comma'], { error: 'is neither point nor comma' }).optional(),
  counter: z.enum(['yes', 'no'], { error: 'is neither yes nor no' }).optional(),
  device: z.string().min(1, 'is empty').optional(),
  skip: whole(0, 1_000_000).optional(),
  network: networkAddress.optional(),
  outbox: z.string().optional(),
  csv: z.string().optional(),
  follow: flag,
  ...sourceOptions,
  development: flag,
});

/** Options that say how to read a file, which a counter has no use for. */
const FILE_OPTIONS = [
  'csv',
  'follow',
  'tz',
  'time-column',
  'value-column',
  'import-column',
  'export-column',
  'date-order',
  'decimal',
  'counter',
  'device',
  'skip',
] as const;

const commands = {
  keygen: (name: string, argv: readonly string[]) => ({
    command: 'keygen' as const,
    ...parseOptions(name, argv, keygenOptions),
  }),
  register: (name: string, argv: readonly string[]) => {
    const { 'public-key': publicKeys = [], ...rest } = parseOptions(name, argv, registerOptions);
    if ((rest.key === undefined) === (publicKeys.length === 0)) {
      throw new UsageError(
        `--key: give either the key file or, for a key that lives elsewhere, --public-key; see ${name} --help`,
      );
    }
    if (rest.mount !== 'unknown' && rest.kind !== 'energy')
      throw new UsageError(`--mount: only panels have one, not --kind ${rest.kind}; see ${name} --help`);
    return { command: 'register' as const, ...rest, publicKeys };
  },
  run: (name: string, argv: readonly string[]) => {
    const given = parseOptions(name, argv, runOptions, 'csv');
    const fileOptions = FILE_OPTIONS.filter((option) => given[option]).map((option) =>
      option === 'csv' ? String(given.csv) : `--${option}`,
    );
    const source = sourceOf(given, fileOptions, name);
    const { kind, unit, outbox, tz, decimal, counter, device, skip, ...rest } = given;
    if (unit !== undefined && unit !== 'value' && kind !== 'energy' && kind !== 'meter')
      throw new UsageError(`--unit: ${unit} is for energy only; see ${name} --help`);
    if (unit === 'value' && kind === 'meter')
      throw new UsageError(`--unit: a meter's registers count energy, such as kWh; see ${name} --help`);
    if (rest.follow && rest.csv === undefined)
      throw new UsageError(`--follow: needs the name of a file; see ${name} --help`);
    const {
      'time-column': timeColumn,
      'value-column': valueColumn,
      'import-column': importColumn,
      'export-column': exportColumn,
      'date-order': dateOrder,
      ...others
    } = rest;
    if (kind !== 'meter' && (importColumn !== undefined || exportColumn !== undefined))
      throw new UsageError(
        `--import-column, --export-column: only a meter has registers; see ${name} --help`,
      );
    if (
      kind === 'meter' &&
      !source &&
      (valueColumn !== undefined || counter !== undefined || rest.seconds !== undefined)
    )
      throw new UsageError(
        `--value-column, --counter, --seconds: a meter's values are what its registers grew by; see ${name} --help`,
      );
    return {
      command: 'run' as const,
      ...others,
      source,
      kind: Kind[kind],
      unit: kind === 'energy' || kind === 'meter' ? unit : 'value',
      outbox: outbox ?? `${rest.key}.outbox`,
      trace: {
        zone: tz,
        timeColumn,
        valueColumn,
        dateOrder,
        decimal: decimal && ((decimal === 'comma' ? ',' : '.') as ',' | '.'),
        counter: counter && counter === 'yes',
        device,
        skip,
        registers:
          kind === 'meter'
            ? { imported: importColumn ?? 'import', exported: exportColumn ?? 'export' }
            : undefined,
      },
    };
  },
};

const isCommand = (name: string): name is keyof typeof commands => Object.hasOwn(commands, name);

/** Checks a command line (without node and script). @throws UsageError naming the option and the mistake */
export function parseCommand([name = '', ...argv]: readonly string[]): Command {
  if (!isCommand(name)) throw new UsageError(`there is no command ${name}; ${COMMAND} --help lists them`);
  return commands[name](name, argv);
}
