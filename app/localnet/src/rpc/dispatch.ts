import { z } from 'zod';
import type { Chain } from '../chain/chain';
import { fromJson, toJson } from '../encoding';
import { accountMethods } from './accounts';
import { clockMethods } from './clock';
import { clusterMethods } from './cluster';
import { RPC_CODES, RpcError } from './errors';
import { historyMethods } from './history';
import type { Methods } from './method';
import { tokenMethods } from './tokens';
import { transactionMethods } from './transactions';
import { validatorMethods } from './validators';

const methods = new Map(
  Object.entries({
    ...accountMethods,
    ...tokenMethods,
    ...transactionMethods,
    ...historyMethods,
    ...clusterMethods,
    ...validatorMethods,
    ...clockMethods,
  } satisfies Methods),
);

/** The names of all methods of the HTTP interface. */
export const METHOD_NAMES: readonly string[] = [...methods.keys()];

const id = z.union([z.string(), z.number(), z.bigint(), z.null()]);

/** A JSON-RPC 2.0 request. Without an id it is a notification and gets no answer. */
const request = z.object({
  jsonrpc: z.literal('2.0'),
  id: id.optional(),
  method: z.string(),
  params: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()), z.null()]).optional(),
});

/** A parsed `request`. */
export type RpcRequest = z.output<typeof request>;

/** Handles one request. Errors that it throws become the answer. */
export type Handler = (request: RpcRequest) => unknown;

const failure = (id: unknown, code: number, message: string, data?: unknown) => ({
  jsonrpc: '2.0',
  error: { code, message, data },
  id,
});

/** The id of a request that is invalid otherwise; null if that is what is wrong. */
function idOf(value: unknown): unknown {
  const parsed = z.object({ id }).safeParse(value);
  return parsed.success ? parsed.data.id : null;
}

function answer(value: unknown, handle: Handler): unknown {
  const parsed = request.safeParse(value);
  if (!parsed.success) return failure(idOf(value), RPC_CODES.invalidRequest, 'Invalid request');
  const { id } = parsed.data;
  try {
    const result = handle(parsed.data) ?? null;
    return id === undefined ? undefined : { jsonrpc: '2.0', result, id };
  } catch (error) {
    if (id === undefined) return undefined;
    if (error instanceof RpcError) return failure(id, error.code, error.message, error.data);
    return failure(id, RPC_CODES.internal, error instanceof Error ? error.message : 'Internal error');
  }
}

/** Answers a JSON-RPC request or batch of requests. Returns undefined if there is nothing to answer. */
export function answerText(text: string, handle: Handler): string | undefined {
  let value: unknown;
  try {
    value = fromJson(text);
  } catch {
    return toJson(failure(null, RPC_CODES.parse, 'Parse error'));
  }
  if (!Array.isArray(value)) {
    const single = answer(value, handle);
    return single === undefined ? undefined : toJson(single);
  }
  if (value.length === 0) return toJson(failure(null, RPC_CODES.invalidRequest, 'Invalid request'));
  const answers = value.map((member) => answer(member, handle)).filter((member) => member !== undefined);
  return answers.length > 0 ? toJson(answers) : undefined;
}

/** Handles a request of the HTTP interface. */
export function callMethod(chain: Chain, { method, params }: RpcRequest): unknown {
  const handle = methods.get(method);
  if (!handle) throw new RpcError('methodNotFound', 'Method not found');
  return handle(chain, params);
}
