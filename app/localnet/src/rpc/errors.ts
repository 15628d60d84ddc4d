/** Error codes of JSON-RPC and, starting at -32001, of validators. */
export const RPC_CODES = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  blockCleanedUp: -32001,
  preflightFailure: -32002,
  blockNotAvailable: -32004,
  noSnapshot: -32008,
  unsupportedTransactionVersion: -32015,
  minContextSlotNotReached: -32016,
  filterTransactionNotFound: -32020,
} as const;

/** An error that answers a request. */
export class RpcError extends Error {
  readonly code: number;
  constructor(
    kind: keyof typeof RPC_CODES,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
    this.code = RPC_CODES[kind];
  }
}
