import { CommonwireError } from './errors';

/** A request that an RPC node didn't answer usefully. Messages name the node by its origin: its path may be a secret. */
export class RpcError extends CommonwireError {
  declare readonly code:
    | 'bad-rpc-url'
    | 'rpc-unreachable'
    | 'rpc-timeout'
    | 'rpc-rate-limited'
    | 'rpc-unauthorized'
    | 'rpc-failed'
    | 'rpc-behind'
    | 'bad-rpc-answer';

  constructor(
    code: RpcError['code'],
    message: string,
    /** Whether the node certainly didn't take the request. */
    readonly untaken = false,
  ) {
    super(code, message);
  }
}

/** Scheme, host and port of an address: what may be shown, since user, path and query often hold an API key. */
export function originOf(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return 'the given address';
  }
}

/** An address without user, password and query, which may hold secrets; its path tells where an API begins. */
export function withoutSecrets(url: string): string {
  const { pathname } = new URL(url);
  return `${originOf(url)}${pathname.replace(/\/+$/, '')}`;
}

/** What web3.js puts in front of the message of a transport's or a node's error. */
const HIDDEN = /^.*\b(RpcError|SolanaJSONRPCError): /s;

/** The stable code of any thrown value: web3.js hides that of its transport in a message. */
export function codeOf(error: unknown, otherwise: string): string {
  if (error instanceof CommonwireError) return error.code;
  const isOfNode = error instanceof Error && HIDDEN.test(error.message);
  return isOfNode || (error instanceof Error && error.name === 'SolanaJSONRPCError')
    ? 'rpc-failed'
    : otherwise;
}

/** The reason that any thrown value gives, for messages. Never empty. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return [...new Set(error.errors.map(reasonOf))].join(', ') || error.name;
  // web3.js puts words about the request in front of what its transport throws.
  if (error instanceof Error) return error.message.replace(HIDDEN, '') || error.name;
  if (typeof error === 'string' && error !== '') return error;
  const text = error === undefined || error === null || error === '' ? undefined : JSON.stringify(error);
  return text ?? 'an unknown error';
}

/** The reason of a failed fetch, which hides it behind "fetch failed". */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string') return code;
  return cause instanceof Error ? reasonOf(cause) : reasonOf(error);
}
