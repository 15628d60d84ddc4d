import { z } from 'zod';
import type { Chain } from '../chain/chain';
import { COMMITMENTS, type Commitment } from '../chain/commitment';
import { fromBase58 } from '../encoding';
import { RpcError } from './errors';

/** Answers one request from its positional parameters. */
export type Method = (chain: Chain, params: unknown) => unknown;

/** Methods by name. */
export type Methods = Readonly<Record<string, Method>>;

/** Binds a handler to the schema of its positional parameters. */
export function method<Schema extends z.ZodType>(
  schema: Schema,
  handle: (chain: Chain, params: z.output<Schema>) => unknown,
): Method {
  return (chain, params) => handle(chain, parseParams(schema, params));
}

/**
 * Parses positional parameters with a schema.
 *
 * @throws {@link RpcError} invalidParams
 */
export function parseParams<Schema extends z.ZodType>(schema: Schema, params: unknown): z.output<Schema> {
  const parsed = schema.safeParse(params ?? []);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  throw new RpcError(
    'invalidParams',
    validatorText(parsed.error.issues) ?? `Invalid params: ${path}${issue?.message}`,
  );
}

/** The first text that {@link refuse} or {@link tooMany} gave, also among the alternatives of a union. */
function validatorText(issues: readonly z.core.$ZodIssue[]): string | undefined {
  for (const issue of issues) {
    const text =
      issue.code === 'custom'
        ? issue.params?.validator
        : issue.code === 'invalid_union'
          ? validatorText(issue.errors.flat())
          : undefined;
    if (typeof text === 'string') return text;
  }
  return undefined;
}

/** Refuses a parameter as validators word it: `Invalid param: ` and why. */
export function refuse(context: z.core.$RefinementCtx, why: string): void {
  context.addIssue({ code: 'custom', message: why, params: { validator: `Invalid param: ${why}` } });
}

/** How validators refuse a list that is too long, for `refine`. */
export const tooMany = (what: string, max: number) => ({
  params: { validator: `Too many ${what} provided; max ${max}` },
});

const base58Bytes = (bytes: number) =>
  z.string().transform((text, context) => {
    const decoded = text.length <= 2 * bytes ? fromBase58(text) : Buffer.alloc(0);
    if (decoded?.length === bytes) return decoded;
    refuse(context, decoded ? 'WrongSize' : 'Invalid');
    return z.NEVER;
  });

/** An address, as 32 bytes. */
export const address = base58Bytes(32);

/** A transaction signature, as 64 bytes. */
export const signature = base58Bytes(64);

const LARGEST = 2n ** 64n - 1n;

/** A slot, size or count of up to 64 bits. Beyond 2^53, where none can be, it is rounded. */
export const unsigned = z.preprocess(
  (value) => (typeof value === 'bigint' && value <= LARGEST ? Number(value) : value),
  z
    .number()
    .nonnegative()
    .refine((value) => Number.isInteger(value) && value <= Number(LARGEST), 'expected int'),
);

/** An amount of up to 64 bits. */
export const amount = z.preprocess(
  (value) => (Number.isSafeInteger(value) ? BigInt(value as number) : value),
  z.bigint().nonnegative().max(LARGEST),
);

/** Makes a parameter optional; null counts as omitted. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

// Names from before 2021, which web3.js still passes on.
const FORMER_NAMES = new Map<string, Commitment>([
  ['recent', 'processed'],
  ['single', 'confirmed'],
  ['singleGossip', 'confirmed'],
  ['root', 'finalized'],
  ['max', 'finalized'],
]);

/** A commitment by its present or former name. */
export const commitment = z
  .enum([...COMMITMENTS, 'recent', 'single', 'singleGossip', 'root', 'max'])
  .transform((name) => FORMER_NAMES.get(name) ?? (name as Commitment));

const contextShape = { commitment: optional(commitment), minContextSlot: optional(unsigned) };

/** The optional last parameter of methods that read at a commitment. */
export const contextConfig = optional(z.object(contextShape));

/** Returns the schema of {@link contextConfig} with further members. */
export const contextConfigWith = <Shape extends z.ZodRawShape>(shape: Shape) =>
  optional(z.object({ ...contextShape, ...shape }));

/** Returns the commitment and slot for a request. The default is `finalized`, as on a cluster. */
export function readAt(
  chain: Chain,
  config?: { commitment?: Commitment | undefined; minContextSlot?: number | undefined },
): { commitment: Commitment; slot: number } {
  const level = config?.commitment ?? 'finalized';
  const slot = chain.slotAt(level);
  if (config?.minContextSlot !== undefined && slot < config.minContextSlot) {
    throw new RpcError('minContextSlotNotReached', 'Minimum context slot has not been reached', {
      contextSlot: slot,
    });
  }
  return { commitment: level, slot };
}

/** Like {@link readAt}, but rejects `processed`, at which history can't be read. */
export function readHistoryAt(
  chain: Chain,
  config?: { commitment?: Commitment | undefined; minContextSlot?: number | undefined },
): { commitment: Commitment; slot: number } {
  if (config?.commitment === 'processed') {
    throw new RpcError('invalidParams', 'Method does not support commitment below `confirmed`');
  }
  return readAt(chain, config);
}

/** Returns a result with the slot at which it was read. */
export const withContext = (slot: number, value: unknown) => ({
  context: { apiVersion: API_VERSION, slot },
  value,
});

/** Returns a notification's result with its slot. Validators leave out their version there. */
export const withSlot = (slot: number, value: unknown) => ({ context: { slot }, value });

/** The Agave release whose runtime LiteSVM 1.5 uses. */
export const API_VERSION = '4.2.0';

/** The number of the set of features that the node knows; all are active. Nothing compares it. */
export const FEATURE_SET = 0;
