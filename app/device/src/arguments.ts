import { parseArgs } from 'node:util';
import { Kind } from '@commonwire/sdk';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { DeviceError } from './errors';

/** What the command line prints for --help. */
export const HELP = `Commonwire device agent: signs what a device measures and sends it to the network's oracles.

  npx tsx app/device/src/main.ts keygen --key FILE
      Makes a device key and prints its public key, which the owner registers.

  npx tsx app/device/src/main.ts run --oracle URL --key FILE --index N --owner ADDRESS
                                     --latitude DEGREES --longitude DEGREES [options] [CSV]
      Reads "timestamp,value" lines from the file CSV, or from standard input, and reports each one.
      A timestamp is the interval's start with its UTC offset: 2016-07-01 00:15:00-07:00.

  --oracle URL     an oracle's address; give it several times to fail over between them
  --key FILE       key file: a JSON array of 64 bytes, as keygen and Solana's tools write it
  --index N        the device's index in the network's registry
  --owner ADDRESS  the wallet the device earns for, as registered
  --latitude D     degrees, north positive; likewise --longitude, east positive
  --kind NAME      energy (default), bandwidth, parking or sensor
  --unit UNIT      W: value is the interval's mean power in watts (default for energy);
                   value: a whole number in the kind's own unit (Wh, bytes, seconds, milli-units)
  --seconds N      length of an interval, whole minutes up to 3600 (default 900)
  --network ADDR   refuse to report to any other network
  --outbox FILE    where readings are kept until they are answered (default: the key file's name + .outbox)

Everything read is stored in the outbox before it is sent; stop and start again as you like, with the same input too.
Exit status: 0 all accepted, 1 something was rejected (each is printed with its code), 2 wrong use or unreadable input.`;

/** A checked command line. */
export type Command = z.infer<typeof keygenSchema> | z.infer<typeof runSchema> | { command: 'help' };

const address = z.string().transform((text, context) => {
  try {
    return new PublicKey(text);
  } catch {
    context.addIssue({ code: 'custom', message: `"${text}" is no address` });
    return z.NEVER;
  }
});
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));
/** 1e-7 degree; the equals sign in `--longitude=-105.18` is needed for negative numbers. */
const degrees = (most: number) =>
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d+)?$/, 'must be decimal degrees such as 39.742')
    .transform((text) => Math.round(Number(text) * 1e7))
    .pipe(
      z
        .number()
        .min(-most * 1e7)
        .max(most * 1e7),
    );

const keygenSchema = z.object({ command: z.literal('keygen'), key: z.string() });
const runSchema = z
  .object({
    command: z.literal('run'),
    oracle: z.array(z.url({ protocol: /^https?$/ })).min(1),
    key: z.string(),
    index: whole(0, 2 ** 32 - 1),
    owner: address,
    latitude: degrees(90),
    longitude: degrees(180),
    kind: z.enum(['energy', 'bandwidth', 'parking', 'sensor']).default('energy'),
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

const text = { type: 'string' } as const;

/** Checks a command line (without node and script). @throws DeviceError `usage` naming the option and the mistake */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  const [command, csv, ...more] = positionals;
  if (values.help || command === undefined) return { command: 'help' };
  if (more.length > 0) throw usage(`unexpected argument "${more[0]}"`);
  if (command !== 'run' && command !== 'keygen') throw usage(`unknown command "${command}"`);
  const schema = command === 'run' ? runSchema : keygenSchema;
  const result = schema.safeParse({ ...values, command, csv });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const option = `--${issue?.path[0]?.toString()}`;
  const missing = issue?.code === 'invalid_type' && issue.message.includes('undefined');
  throw usage(missing ? `${option} is missing` : `${option}: ${issue?.message}`);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        oracle: { type: 'string', multiple: true },
        key: text,
        index: text,
        owner: text,
        latitude: text,
        longitude: text,
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
