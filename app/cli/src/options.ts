import { parseArgs } from 'node:util';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { CliError } from './errors';

/** An option without a value. */
export const flag = z.boolean().default(false);

/** An http or https address. */
export const httpUrl = z.url({ protocol: /^https?$/, error: 'is not an http address' });

/** A base58 address. */
export const address = z.string().transform((text, context) => {
  try {
    return new PublicKey(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not a base58 address' });
    return z.NEVER;
  }
});

/** A device's index. */
export const deviceIndex = z
  .string()
  .regex(/^(0|[1-9]\d{0,9})$/, 'is not a device index')
  .transform(Number)
  .pipe(z.number().max(0xffff_ffff, 'is not a device index'));

/**
 * Reads `--name value` options, each checked by the field of the schema that has its name; {@link flag}s take no value.
 * The one argument that is no option, if there may be one, is checked by the field named `operand`.
 * @throws CliError `usage` naming the option and the mistake
 */
export function parseOptions<S extends z.ZodObject>(
  argv: readonly string[],
  schema: S,
  operand?: keyof z.output<S> & string,
): z.output<S> {
  const values = split(argv, schema, operand);
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const name = path.join('.');
  const given = values[name];
  throw new CliError(
    'usage',
    given === undefined
      ? `${name === operand ? name.toUpperCase() : `--${name}`} is missing`
      : `--${name}: ${given} ${message}`,
  );
}

function split(
  argv: readonly string[],
  schema: z.ZodObject,
  operand: string | undefined,
): Record<string, string | boolean | undefined> {
  const options = Object.entries(schema.shape)
    .filter(([name]) => name !== operand)
    .map(([name, field]) => [name, { type: field === flag ? 'boolean' : 'string' }] as const);
  try {
    const { values, positionals } = parseArgs({
      args: withNegatives(argv),
      options: Object.fromEntries(options),
      allowPositionals: operand !== undefined,
    });
    if (positionals.length > 1) throw new Error(`${positionals[1]} is one argument too many`);
    return operand === undefined ? values : { ...values, [operand]: positionals[0] };
  } catch (cause) {
    throw new CliError('usage', (cause as Error).message, { cause });
  }
}

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
