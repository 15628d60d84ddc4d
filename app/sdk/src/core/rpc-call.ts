import * as z from 'zod';

/** Where a method takes its config, for methods that can wait for a slot. */
const CONFIG_AT: Readonly<Record<string, number>> = {
  getAccountInfo: 1,
  getBalance: 1,
  getBlockHeight: 0,
  getEpochInfo: 0,
  getFeeForMessage: 1,
  getLatestBlockhash: 0,
  getMultipleAccounts: 1,
  getProgramAccounts: 1,
  getSignaturesForAddress: 1,
  getSlot: 0,
  getTokenAccountsByOwner: 2,
  isBlockhashValid: 1,
  sendTransaction: 1,
  simulateTransaction: 1,
};

/** Methods that do more than read. */
const WRITING = new Set(['sendTransaction', 'requestAirdrop', 'passTime']);

const callSchema = z.looseObject({
  method: z.string(),
  id: z.unknown().optional(),
  params: z.array(z.unknown()).optional(),
});

/** A JSON-RPC request. */
export interface RpcCall {
  readonly method: string;
  /** Null of a batch. */
  readonly id: unknown;
  /** Whether it can be sent again whatever became of it. */
  readonly isRead: boolean;
  /** Its body, asking for an answer no older than this slot where it reads at less than `finalized`. */
  body(leastSlot: number): { text: string; asks: boolean };
}

/** Reads the body of a request; a batch is one call. */
export function readCall(body: string): RpcCall {
  const value: unknown = JSON.parse(body);
  const single = callSchema.safeParse(value);
  if (single.success) {
    const { method, id } = single.data;
    return {
      method,
      id,
      isRead: !WRITING.has(method),
      body: (leastSlot) => withLeastSlot(body, single.data, leastSlot),
    };
  }
  const methods = z
    .array(callSchema)
    .parse(value)
    .map(({ method }) => method);
  const isRead = !methods.some((method) => WRITING.has(method));
  return { method: methods.join(', '), id: null, isRead, body: () => ({ text: body, asks: false }) };
}

type Call = z.output<typeof callSchema>;

function withLeastSlot(body: string, call: Call, leastSlot: number): { text: string; asks: boolean } {
  const at = CONFIG_AT[call.method];
  const config = at === undefined ? undefined : (call.params?.[at] as Record<string, unknown> | undefined);
  // What is read as final may well be older: who wants the latest asks for less.
  const commitment = config?.commitment ?? config?.preflightCommitment;
  const isRecent = commitment === 'processed' || commitment === 'confirmed';
  // What is sent past the node's own check needs no state of it.
  const isBlind = config?.skipPreflight === true;
  if (leastSlot === 0 || at === undefined || !isRecent || isBlind) return { text: body, asks: false };
  const params = [...(call.params ?? [])];
  const given = Number(config?.minContextSlot ?? 0);
  params[at] = { ...config, minContextSlot: Math.max(given, leastSlot) };
  return { text: JSON.stringify({ ...call, params }), asks: true };
}
