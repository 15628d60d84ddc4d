import { parseArgs } from 'node:util';
import { Kind } from '@commonwire/sdk/device';
import { z } from 'zod';
import { DeviceError } from './errors';
import { address, degrees, httpUrl, kindName, publicKeys, whole } from './options';

/** A checked command line. */
export type Command = z.infer<(typeof schemas)[keyof typeof schemas]> | { command: 'help' };

const U32_MAX = 2 ** 32 - 1;

const keygenSchema = z.strictObject({ command: z.literal('keygen'), key: z.string() });

const registerSchema = z
  .strictObject({
    command: z.literal('register'),
    rpc: httpUrl,
    network: address,
    'owner-key': z.string(),
    key: z.string().optional(),
    'public-key': publicKeys.optional(),
    latitude: degrees(90),
    longitude: degrees(180),
    capacity: whole(1, U32_MAX),
    kind: kindName.default('energy'),
    oracle: z.array(httpUrl).default([]),
    json: z.boolean().default(false),
  })
  .refine((given) => (given.key === undefined) !== (given['public-key'] === undefined), {
    path: ['key'],
    message: 'give either the key file or, for a key that lives elsewhere, --public-key',
  })
  .transform(({ 'owner-key': ownerKey, 'public-key': publicKeys = [], ...rest }) => ({
    ...rest,
    ownerKey,
    publicKeys,
  }));

const runSchema = z
  .strictObject({
    command: z.literal('run'),
    oracle: z.array(httpUrl).min(1),
    key: z.string(),
    index: whole(0, U32_MAX),
    owner: address,
    latitude: degrees(90),
    longitude: degrees(180),
    kind: kindName.default('energy'),
    unit: z.enum(['W', 'value']).optional(),
    seconds: whole(60, 3_600)
      .refine((seconds) => seconds % 60 === 0, 'must be whole minutes')
      .default(900),
    network: address.optional(),
    outbox: z.string().optional(),
    csv: z.string().optional(),
  })
  .transform(({ kind, unit, outbox, ...rest }) => ({
    ...rest,
    kind: Kind[kind],
    unit: unit ?? (kind === 'energy' ? ('W' as const) : ('value' as const)),
    outbox: outbox ?? `${rest.key}.outbox`,
  }))
  .refine(({ kind, unit }) => unit === 'value' || kind === Kind.energy, {
    path: ['unit'],
    message: 'W is for energy only',
  });

const schemas = { keygen: keygenSchema, register: registerSchema, run: runSchema };

const text = { type: 'string' } as const;

/** Checks a command line (without node and script). @throws DeviceError `usage` naming the option and the mistake */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  const [command, ...files] = positionals;
  if (values.help || command === undefined) return { command: 'help' };
  if (!isCommand(command)) throw usage(`unknown command "${command}"`);
  const csv = command === 'run' ? files.shift() : undefined;
  if (files.length > 0) throw usage(`unexpected argument "${files[0]}"`);
  const given = csv === undefined ? { ...values, command } : { ...values, command, csv };
  const result = schemas[command].safeParse(given);
  if (result.success) return result.data;
  throw usage(fault(command, result.error.issues[0]!));
}

const isCommand = (name: string): name is keyof typeof schemas => Object.hasOwn(schemas, name);

function fault(command: string, issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `--${issue.keys[0]} is no option of ${command}`;
  const option = `--${issue.path[0]?.toString()}`;
  const missing = issue.code === 'invalid_type' && issue.message.includes('undefined');
  return missing ? `${option} is missing` : `${option}: ${issue.message}`;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        oracle: { type: 'string', multiple: true },
        'public-key': { type: 'string', multiple: true },
        json: { type: 'boolean' },
        rpc: text,
        'owner-key': text,
        key: text,
        index: text,
        owner: text,
        latitude: text,
        longitude: text,
        capacity: text,
        kind: text,
        unit: text,
        seconds: text,
        network: text,
        outbox: text,
      },
    });
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function usage(what: string, cause?: unknown): DeviceError {
  return new DeviceError('usage', `${what}; --help explains the options`, { cause });
}
