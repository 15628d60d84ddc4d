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
  throw new RpcError('invalidParams', `Invalid params: ${issue?.path.join('.')}: ${issue?.message}`);
}

const base58Bytes = (bytes: number, name: string) =>
  z.string().transform((text, context) => {
    const decoded = text.length <= 2 * bytes ? fromBase58(text) : undefined;
    if (decoded?.length === bytes) return decoded;
    context.addIssue({ code: 'custom', message: `Invalid ${name}` });
    return z.NEVER;
  });

/** An address, as 32 bytes. */
export const address = base58Bytes(32, 'address');

/** A transaction signature, as 64 bytes. */
export const signature = base58Bytes(64, 'signature');

/** A slot, count or amount that JavaScript can represent exactly. */
export const unsigned = z.int().nonnegative();

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

/** The Agave release whose runtime LiteSVM 1.5 uses. */
export const API_VERSION = '4.2.0';
