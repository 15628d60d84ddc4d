import { parseArgs } from 'node:util';
import { PublicKey } from '@solana/web3.js';
import * as z from 'zod';
import { CommonwireError } from '../core/errors';
import { AUTO_PRIORITY_FEE, type PriorityFee } from '../core/priority-fee';
import { originOf } from '../core/rpc-errors';
import { endpointOf } from '../core/rpc-fetch';
import { DEFAULT_KEYPAIR } from './keypair';
import { type Given, readSettings, type Setting } from './settings';

/** A command line that can't be used. */
export class UsageError extends CommonwireError {
  declare readonly code: 'usage';

  constructor(message: string, options?: ErrorOptions) {
    super('usage', message, options);
  }
}

/** The addresses of public clusters' nodes, and of a local one, by the clusters' names. */
const CLUSTERS: Readonly<Record<string, string>> = {
  localhost: 'http://127.0.0.1:8899',
  devnet: 'https://api.devnet.solana.com',
  testnet: 'https://api.testnet.solana.com',
  mainnet: 'https://api.mainnet-beta.solana.com',
};
/** Other names that people know them by. */
const FORMER_CLUSTERS: Readonly<Record<string, string>> = {
  localnet: 'localhost',
  'mainnet-beta': 'mainnet',
};

/** Options by their names in earlier releases, which still work. */
const FORMER_OPTIONS: Readonly<Record<string, string>> = { rpc: 'url', 'owner-key': 'keypair' };

/** An option without a value. */
export const flag = z.boolean().default(false);

/** An http or https address. */
export const httpUrl = z.url({ protocol: /^https?$/, error: 'is not an http address' });

/** An RPC node by its http address or by the name of a public cluster. */
export const clusterUrl = z
  .string()
  .transform((text) => CLUSTERS[FORMER_CLUSTERS[text] ?? text] ?? text)
  .refine(isHttp, `is neither ${Object.keys(CLUSTERS).join(', ')} nor an http address`)
  .meta({ setting: 'url', isSecret: true });

function isHttp(text: string): boolean {
  try {
    return endpointOf(text).url !== '';
  } catch {
    return false;
  }
}

/** The address of an oracle. */
export const oracleUrl = httpUrl.meta({ setting: 'oracle', isSecret: true });

/** Addresses of oracles. */
export const oracleUrls = z.array(httpUrl).meta({ setting: 'oracle', isSecret: true });

/** A base58 address. */
export const address = z.string().transform((text, context) => {
  try {
    return new PublicKey(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not a base58 address' });
    return z.NEVER;
  }
});

/** The network's address. */
export const networkAddress = address.meta({ setting: 'network' });

/** Who signs: a key file, a key in base58 or, where nothing is signed, an address. */
export const keypairSource = z.string().default(DEFAULT_KEYPAIR).meta({ setting: 'keypair', isSecret: true });

/** The highest price of a compute unit that can be asked for, micro-lamports. */
const MOST_PRICE = 999_999_999n;

/** `--priority-fee`: micro-lamports for each compute unit, or `auto`. */
export const priorityFee: z.ZodType<PriorityFee, string> = z
  .string()
  .refine((text) => text === 'auto' || (/^\d{1,9}$/.test(text) && BigInt(text) <= MOST_PRICE), {
    error: `is neither auto nor a number of micro-lamports from 0 to ${MOST_PRICE}`,
    abort: true,
  })
  .transform((text) => (text === 'auto' ? AUTO_PRIORITY_FEE : BigInt(text)))
  .meta({ setting: 'priority-fee' });

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
 * fields of arrays may be given several times. What is no option is checked by the field named `operand`. What is a
 * setting (see `settings.ts`) may be left out where environment or profile give it; `--profile` chooses another profile.
 *
 * @param command as it is typed, for errors
 * @throws UsageError that names the option and the mistake
 * @example
 * const { url, json } = parseOptions('commonwire status', argv, z.object({ url: clusterUrl, json: flag }));
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
  // What writes profiles takes the name as an option of its own.
  const profile = 'profile' in schema.shape ? undefined : values.profile;
  if (!('profile' in schema.shape)) delete values.profile;
  const settings = fillIn(values, schema, profile as string | undefined);
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = String(issue!.path[0]);
  const isSecret = metaOf(schema.shape[name]).isSecret === true;
  return refuse(
    faultOf(issue!, values, { operand, isSecret, source: settings.get(name as Setting)?.source }),
  );
}

/** Adds the settings that weren't given. @returns them */
function fillIn(values: Values, schema: z.ZodObject, profile: string | undefined): Map<Setting, Given> {
  const wanted = Object.entries(schema.shape).flatMap(([name, field]) => {
    const { setting } = metaOf(field);
    // A dataset in a folder takes the place of an oracle.
    const isReplaced = name === 'oracle' && values.dataset !== undefined;
    return setting === name && values[name] === undefined && !isReplaced ? [setting as Setting] : [];
  });
  if (wanted.length === 0 && profile === undefined) return new Map();
  const settings = readSettings(wanted, profile);
  for (const [name, { values: given }] of settings)
    values[name] = typeOf(schema.shape[name] as z.ZodType) === 'array' ? [...given] : given[0];
  return settings;
}

/** What a field says of itself, however it is wrapped. */
function metaOf(field: z.core.$ZodType | undefined): { setting?: unknown; isSecret?: unknown } {
  if (!field) return {};
  const own = z.globalRegistry.get(field);
  if (own) return own as { setting?: unknown; isSecret?: unknown };
  const { innerType, in: before } = field._zod.def as { innerType?: z.ZodType; in?: z.ZodType };
  return metaOf(innerType ?? before);
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
  types.set('profile', 'string');
  const several = operand !== undefined && types.get(operand) === 'array';
  if (operand !== undefined) types.delete(operand);
  const { tokens } = parseArgs({
    args: withNegatives(argv),
    options: Object.fromEntries(
      [...types, ...Object.keys(FORMER_OPTIONS).map((name) => [name, 'string'] as const)].map(
        ([name, type]) => [name, { type: argument(type) }],
      ),
    ),
    strict: false,
    tokens: true,
  });
  const values: Values = {};
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const { rawName, value, inlineValue } = token;
    const former = FORMER_OPTIONS[token.name];
    const name = former && types.has(former) && !types.has(token.name) ? former : token.name;
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

interface FaultContext {
  operand: string | undefined;
  /** Whether the value may hold a password or a key. */
  isSecret: boolean;
  /** Where the value came from, if it wasn't given as an option. */
  source: string | undefined;
}

function faultOf(
  issue: z.core.$ZodIssue,
  values: Values,
  { operand, isSecret, source }: FaultContext,
): string {
  const [name, place] = issue.path as [string?, number?];
  if (name === undefined) return issue.message;
  const option = source ?? (name === operand ? name.toUpperCase() : `--${name}`);
  const given = values[name];
  if (given === undefined) return `${option} is missing`;
  const value = Array.isArray(given) ? given[place ?? given.length] : given;
  if (value === undefined) return `${option}: ${issue.message}`;
  return `${option}: ${isSecret ? shown(String(value)) : value} ${issue.message}`;
}

/** A value that may hold a secret: short words as they are, of anything else at most where it leads. */
function shown(value: string): string {
  if (/^[A-Za-z-]{1,16}$/.test(value)) return value;
  return /^\w+:\/\//.test(value) ? originOf(value) : 'the given value';
}
