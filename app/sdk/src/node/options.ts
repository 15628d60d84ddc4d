import { parseArgs } from 'node:util';
import { PublicKey } from '@solana/web3.js';
import * as z from 'zod';
import { CommonwireError } from '../core/errors';

/** A command line that can't be used. */
export class UsageError extends CommonwireError {
  declare readonly code: 'usage';

  constructor(message: string, options?: ErrorOptions) {
    super('usage', message, options);
  }
}

const CLUSTERS: Readonly<Record<string, string>> = {
  localnet: 'http://127.0.0.1:8899',
  devnet: 'https://api.devnet.solana.com',
  testnet: 'https://api.testnet.solana.com',
};

/** An option without a value. */
export const flag = z.boolean().default(false);

/** An http or https address. */
export const httpUrl = z.url({ protocol: /^https?$/, error: 'is not an http address' });

/** An RPC node by its http address or by the name of a public cluster. */
export const clusterUrl = z
  .string()
  .transform((text) => CLUSTERS[text] ?? text)
  .pipe(
    z.url({
      protocol: /^https?$/,
      error: `is neither ${Object.keys(CLUSTERS).join(', ')} nor an http address`,
    }),
  );

/** A base58 address. */
export const address = z.string().transform((text, context) => {
  try {
    return new PublicKey(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not a base58 address' });
    return z.NEVER;
  }
});

/**
 * A whole number of any size.
 * @param what completes "is not" in errors
 */
export const bigWhole = (
  least: bigint,
  most: bigint,
  what = `a whole number from ${least} to ${most}`,
): z.ZodType<bigint, string> =>
  z
    .string()
    .refine((text) => /^(0|[1-9]\d{0,30})$/.test(text) && BigInt(text) >= least && BigInt(text) <= most, {
      error: `is not ${what}`,
      abort: true,
    })
    .transform(BigInt);

/** A whole number; see {@link bigWhole}. */
export const whole = (least: number, most: number, what?: string): z.ZodType<number, string> =>
  bigWhole(BigInt(least), BigInt(most), what).transform(Number);

/** A device's index in its network's registry. */
export const deviceIndex = whole(0, 0xffff_ffff, 'a device index');

/**
 * Reads the options of a command, each checked by the field of the schema that has its name: {@link flag}s take no value,
 * fields of arrays may be given several times. What is no option is checked by the field named `operand`.
 *
 * @param command as it is typed, for errors
 * @throws UsageError that names the option and the mistake
 * @example
 * const { rpc, json } = parseOptions('commonwire status', argv, z.object({ rpc: httpUrl, json: flag }));
 */
export function parseOptions<S extends z.ZodObject>(
  command: string,
  argv: readonly string[],
  schema: S,
  operand?: keyof z.output<S> & string,
): z.output<S> {
  const refuse = (what: string): never => {
    throw new UsageError(`${what}; see ${command} --help`);
  };
  const values = split(command, argv, schema, operand, refuse);
  const result = schema.safeParse(values);
  return result.success ? result.data : refuse(faultOf(result.error.issues[0]!, values, operand));
}

type Values = Record<string, string | boolean | string[] | undefined>;

function split(
  command: string,
  argv: readonly string[],
  schema: z.ZodObject,
  operand: string | undefined,
  refuse: (what: string) => never,
): Values {
  const types = new Map(Object.entries(schema.shape).map(([name, field]) => [name, typeOf(field)]));
  const several = operand !== undefined && types.get(operand) === 'array';
  if (operand !== undefined) types.delete(operand);
  const { tokens } = parseArgs({
    args: withNegatives(argv),
    options: Object.fromEntries([...types].map(([name, type]) => [name, { type: argument(type) }])),
    strict: false,
    tokens: true,
  });
  const values: Values = {};
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const type = types.get(name);
    if (!type || !rawName.startsWith('--'))
      refuse(`${rawName} is not an option of ${command.replace(/ --$/, '')}`);
    else if (type === 'boolean') values[name] = value === undefined || refuse(`--${name} takes no value`);
    else if (value === undefined || (!inlineValue && /^-./.test(value))) refuse(`--${name} needs a value`);
    else values[name] = type === 'array' ? [...((values[name] as string[]) ?? []), value] : value;
  }
  const most = operand === undefined ? 0 : several ? Number.POSITIVE_INFINITY : 1;
  if (operands.length > most) refuse(`${operands[most]} is one argument too many`);
  if (operand === undefined || (!several && operands.length === 0)) return values;
  return { ...values, [operand]: several ? operands : operands[0] };
}

/** `boolean`, `array` or anything else that a field takes before it is checked. */
function typeOf(field: z.core.$ZodType): string {
  const { def } = field._zod as { def: z.core.$ZodTypeDef & { innerType?: z.ZodType; in?: z.ZodType } };
  const inner = def.innerType ?? def.in;
  return inner ? typeOf(inner) : def.type;
}

const argument = (type: string) => (type === 'boolean' ? 'boolean' : 'string');

/** `--longitude -105` as `--longitude=-105`: to parseArgs a value with a minus is an option. */
function withNegatives(argv: readonly string[]): string[] {
  const args: string[] = [];
  for (const argument of argv) {
    const before = args.at(-1);
    if (/^-\.?\d/.test(argument) && before && /^--[^=]+$/.test(before))
      args[args.length - 1] = `${before}=${argument}`;
    else args.push(argument);
  }
  return args;
}

function faultOf(issue: z.core.$ZodIssue, values: Values, operand: string | undefined): string {
  const [name, place] = issue.path as [string?, number?];
  if (name === undefined) return issue.message;
  const option = name === operand ? name.toUpperCase() : `--${name}`;
  const given = values[name];
  if (given === undefined) return `${option} is missing`;
  const value = Array.isArray(given) ? given[place ?? given.length] : given;
  return value === undefined ? `${option}: ${issue.message}` : `${option}: ${value} ${issue.message}`;
}
