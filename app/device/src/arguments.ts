import { KIND_NAMES, Kind } from '@commonwire/sdk/device';
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
import { z } from 'zod';
import { degrees, interval, publicKeys } from './options';

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
  unit: z.enum(['W', 'value'], { error: 'is neither W nor value' }).optional(),
  seconds: interval.default(900),
  network: networkAddress.optional(),
  outbox: z.string().optional(),
  csv: z.string().optional(),
});

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
    return { command: 'register' as const, ...rest, publicKeys };
  },
  run: (name: string, argv: readonly string[]) => {
    const { kind, unit, outbox, ...rest } = parseOptions(name, argv, runOptions, 'csv');
    if (unit === 'W' && kind !== 'energy')
      throw new UsageError(`--unit: W is for energy only; see ${name} --help`);
    return {
      command: 'run' as const,
      ...rest,
      kind: Kind[kind],
      unit: unit ?? (kind === 'energy' ? ('W' as const) : ('value' as const)),
      outbox: outbox ?? `${rest.key}.outbox`,
    };
  },
};

const isCommand = (name: string): name is keyof typeof commands => Object.hasOwn(commands, name);

/** The command that starts the agent, for errors. */
const AGENT = 'npx tsx app/device/src/main.ts';

/** Checks a command line (without node and script). @throws UsageError naming the option and the mistake */
export function parseCommand([name = '', ...argv]: readonly string[]): Command {
  if (!isCommand(name)) throw new UsageError(`there is no command ${name}; ${AGENT} --help lists them`);
  return commands[name](name, argv);
}
