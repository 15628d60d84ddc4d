import { contextSlot, errorAnswer, hasResult, isRateLimit, rpcErrorIn, withoutPartsOf } from './rpc-answer';
import { type RpcCall, readCall } from './rpc-call';
import { networkReason, originOf, RpcError } from './rpc-errors';
import { sleep } from './sleep';

/** How long a node may take. */
export interface RpcPatience {
  /** Milliseconds for one request. Default 10,000. */
  timeoutMs?: number;
  /** Milliseconds for a read with its retries. Default 30,000. */
  patienceMs?: number;
}

/** A node's address, without user and password, and the header that carries these. */
export interface RpcEndpoint {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** A text of the node without what the address keeps secret. */
  conceal(text: string): string;
}

/** Tries of one request, and the pause before the next, which doubles. */
const MOST_TRIES = 10;
/** Tries where nobody listens at the address, or something else does: it is mostly a wrong one. */
const WRONG_ADDRESS_TRIES = 4;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3_000;

// What Agave answers where another node, or this one later, would serve the request. It was not taken.
const NODE_UNHEALTHY = -32005;
const MIN_CONTEXT_SLOT_NOT_REACHED = -32016;

/** HTTP statuses of a request that was not answered in time, and of gateways whose node isn't there. */
const PASSING_STATUSES = new Set([408, 425, 502, 503, 504, 520, 521, 522, 523, 524]);

/**
 * Splits an address as providers hand it out, such as `https://user:password@host/`: fetch takes no user and password.
 * @throws RpcError `bad-rpc-url`, whose message doesn't show the address
 */
export function endpointOf(address: string): RpcEndpoint {
  try {
    const url = new URL(address);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('another protocol');
    const { username, password } = url;
    const conceal = (text: string) => withoutPartsOf(address, text);
    if (username === '' && password === '') return { url: address, headers: {}, conceal };
    url.username = '';
    url.password = '';
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const bytes = String.fromCharCode(...new TextEncoder().encode(user));
    const basic = btoa(bytes);
    return {
      url: url.href,
      headers: { authorization: `Basic ${basic}` },
      conceal: (text) => conceal(text.replaceAll(basic, '***')),
    };
  } catch {
    throw new RpcError('bad-rpc-url', 'the address of the RPC node is not an http address');
  }
}

/** An attempt that didn't bring a result. */
interface Failure {
  error: RpcError;
  /** Whether another attempt can help. */
  passing: boolean;
  /** Milliseconds that the node asks to wait. */
  after?: number | undefined;
}

/**
 * Makes the `fetch` of a connection: each request has a time limit, and reads are repeated within another one. What may
 * have had an effect is sent once; who sends a transaction learns from its status what became of it.
 * @param leastSlot the slot that answers may not be older than
 * @throws RpcError
 */
export function rpcFetch(
  endpoint: RpcEndpoint,
  leastSlot: () => number,
  { timeoutMs = 10_000, patienceMs = 30_000 }: RpcPatience = {},
): (input: unknown, init?: RequestInit) => Promise<Response> {
  return async (_, init) => {
    const call = readCall(String(init?.body));
    const until = Date.now() + patienceMs;
    for (let tries = 1; ; tries++) {
      const limit = Math.max(1, Math.min(timeoutMs, until - Date.now()));
      const outcome = await attempt(endpoint, call, leastSlot(), limit);
      if (typeof outcome === 'string') return new Response(outcome);
      const pause = outcome.after ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
      const mayRepeat = outcome.passing && (call.isRead || outcome.error.untaken);
      if (!mayRepeat || tries >= mostTries(outcome.error) || Date.now() + pause >= until) throw outcome.error;
      await sleep(outcome.error.code === 'rpc-behind' ? Math.min(pause, 2 * FIRST_PAUSE_MS) : pause);
    }
  };
}

function mostTries({ code }: RpcError): number {
  if (code === 'rpc-unreachable' || code === 'bad-rpc-answer') return WRONG_ADDRESS_TRIES;
  // A node that is behind catches up in a while, however often it is asked.
  return code === 'rpc-behind' ? Number.POSITIVE_INFINITY : MOST_TRIES;
}

/** Sends a request once. @returns the answer's text, or why there is none */
async function attempt(
  endpoint: RpcEndpoint,
  call: RpcCall,
  leastSlot: number,
  limitMs: number,
): Promise<string | Failure> {
  const { url, headers } = endpoint;
  const { text: body, asks } = call.body(leastSlot);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(limitMs),
    });
    text = await response.text();
  } catch (cause) {
    return notAnswered(url, call, limitMs, cause);
  }
  return judged(endpoint, call, response, text, asks ? leastSlot : 0);
}

function notAnswered(url: string, { method }: RpcCall, limitMs: number, cause: unknown): Failure {
  const origin = originOf(url);
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'TimeoutError' || name === 'AbortError') {
    const seconds = Math.ceil(limitMs / 100) / 10;
    const message = `RPC node ${origin} did not answer ${method} within ${seconds} s`;
    return { error: new RpcError('rpc-timeout', message), passing: true };
  }
  const reason = networkReason(cause);
  const untaken = reason === 'ECONNREFUSED' || reason === 'ENOTFOUND';
  const message = `RPC node ${origin} can't be reached (${reason})`;
  return { error: new RpcError('rpc-unreachable', message, untaken), passing: true };
}

function judged(
  { url, conceal }: RpcEndpoint,
  { method, id }: RpcCall,
  response: Response,
  text: string,
  leastSlot: number,
): string | Failure {
  const node = `RPC node ${originOf(url)}`;
  const { status } = response;
  const answered = rpcErrorIn(text);
  if (status === 429 || (answered && isRateLimit(answered))) {
    const message = `${node} limits requests, ${method} too: use another node`;
    return {
      error: new RpcError('rpc-rate-limited', message, true),
      passing: true,
      after: retryAfter(response),
    };
  }
  if (answered?.code === MIN_CONTEXT_SLOT_NOT_REACHED || (contextSlot(text) ?? leastSlot) < leastSlot) {
    const slot = leastSlot > 0 ? `slot ${leastSlot}` : 'the slot that was asked for';
    const message = `${node} is behind: it has not reached ${slot} yet; try again, or use another node`;
    return { error: new RpcError('rpc-behind', message, true), passing: true };
  }
  if (answered?.code === NODE_UNHEALTHY) {
    const message = `${node} is not in step with its cluster: use another node`;
    return { error: new RpcError('rpc-behind', message, true), passing: true };
  }
  if (PASSING_STATUSES.has(status)) {
    const error = new RpcError('rpc-failed', `${node} answers with HTTP status ${status}: use another node`);
    return { error, passing: true, after: retryAfter(response) };
  }
  if (status === 401 || status === 403) {
    const message = `${node} refuses access (HTTP status ${status}): check the key in its address`;
    return { error: new RpcError('rpc-unauthorized', message, true), passing: false };
  }
  // Some nodes put their JSON-RPC errors behind an HTTP status.
  if (answered) return errorAnswer(id, JSON.parse(conceal(JSON.stringify(answered))));
  if (!response.ok) {
    const next = status >= 500 ? 'use another node' : 'check its address';
    const error = new RpcError('rpc-failed', `${node} answers with HTTP status ${status}: ${next}`);
    return { error, passing: status >= 500 };
  }
  if (hasResult(text)) return text;
  const error = new RpcError('bad-rpc-answer', `${node} does not answer in JSON-RPC: check its address`);
  return { error, passing: true };
}

/** Milliseconds of the header `Retry-After` in seconds, within bounds. */
function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return seconds >= 0 ? Math.min(seconds * 1000, 2 * LONGEST_PAUSE_MS) : undefined;
}
