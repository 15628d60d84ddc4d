import type { SignedReport } from '@commonwire/sdk';
import { type Answer, batchAnswerSchema, refusalSchema } from './answer';
import type { Clock } from './clock';

/** Most reports an oracle takes in one request. */
export const MAX_BATCH = 100;

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 60_000;
/** An oracle can't silence a device for longer than this, whatever its Retry-After says. */
const LONGEST_RETRY_AFTER_MS = 15 * 60_000;
/** Statuses that blame the content: the same bytes would be refused again, by this oracle at least. */
const CONTENT_REFUSALS = new Set([400, 413, 415, 422]);

/** What an {@link Uplink} needs of its surroundings. */
export interface UplinkOptions {
  clock: Clock;
  /** [0, 1): spreads retries of many devices. */
  random?: () => number;
  fetch?: typeof fetch;
  /** How long one request may take, milliseconds. */
  timeoutMs?: number;
  /** Told of every failed request, for logs. */
  onFailure?: (failure: { oracle: string; reason: string; retryInMs: number }) => void;
}

/** An answer with the oracle that gave it. */
export interface Delivery {
  answer: Answer;
  oracle: string;
}

interface Route {
  readonly url: string;
  failures: number;
  /** real time, unix ms, before which it isn't asked */
  notBefore: number;
}

type Outcome =
  | { kind: 'answered'; answers: Answer[] }
  | { kind: 'content'; code: string; reason: string }
  | { kind: 'failed'; reason: string; retryAfterMs: number };

/**
 * The way from devices to several oracles: tries the preferred one first and the others after it, backs off from each
 * that fails (longer every time, or as long as its Retry-After says) and goes on until there is an answer. Oracles
 * needn't be trusted: what they answer is checked, and a lie costs no more than the reports sent to that one.
 */
export class Uplink {
  private readonly routes: Route[];
  private readonly options: Required<Omit<UplinkOptions, 'onFailure'>> & Pick<UplinkOptions, 'onFailure'>;

  /** `oracles`: base addresses such as `http://127.0.0.1:8080`, at least one. */
  constructor(oracles: readonly string[], options: UplinkOptions) {
    if (oracles.length === 0) throw new RangeError('an uplink needs an oracle');
    this.routes = oracles.map((url) => ({ url: url.replace(/\/+$/, ''), failures: 0, notBefore: 0 }));
    this.options = { random: Math.random, fetch, timeoutMs: 10_000, ...options };
  }

  /** How many oracles it knows. */
  get size(): number {
    return this.routes.length;
  }

  /**
   * Sends 1 to {@link MAX_BATCH} reports, preferring oracle number `prefer` (any integer), and resolves with their answers
   * in order once each has one. A report no oracle can read counts as rejected with the refusal's code.
   * @throws the signal's reason when aborted; nothing else: it retries for ever
   */
  async deliver(reports: readonly SignedReport[], prefer = 0, signal?: AbortSignal): Promise<Delivery[]> {
    if (reports.length > MAX_BATCH)
      throw new RangeError(`${reports.length} reports in a batch of ${MAX_BATCH}`);
    const refusedBy = new Set<Route>();
    while (reports.length > 0) {
      const route = await this.nextRoute(prefer, refusedBy, signal);
      const askedAt = this.options.clock.now();
      const outcome = await this.post(route, reports, signal);
      if (outcome.kind === 'failed') {
        this.penalise(route, askedAt, outcome);
        continue;
      }
      route.failures = 0;
      if (outcome.kind === 'answered') {
        return outcome.answers.map((answer) => ({ answer, oracle: route.url }));
      }
      if (reports.length > 1) {
        // One bad report must not hold back the rest: halve until it is alone.
        const middle = reports.length >> 1;
        const halves = [reports.slice(0, middle), reports.slice(middle)];
        return (await Promise.all(halves.map((half) => this.deliver(half, prefer, signal)))).flat();
      }
      refusedBy.add(route);
      if (refusedBy.size === this.routes.length) {
        const { code, reason } = outcome;
        return [{ answer: { status: 'rejected', code, reason }, oracle: route.url }];
      }
    }
    return [];
  }

  /** The preferred route that may be asked now; waits until there is one. */
  private async nextRoute(prefer: number, without: ReadonlySet<Route>, signal?: AbortSignal): Promise<Route> {
    const count = this.routes.length;
    const first = ((prefer % count) + count) % count;
    const order = [...this.routes.slice(first), ...this.routes.slice(0, first)].filter(
      (r) => !without.has(r),
    );
    for (;;) {
      signal?.throwIfAborted();
      const now = this.options.clock.now();
      const ready = order.find((route) => route.notBefore <= now);
      if (ready) return ready;
      const earliest = Math.min(...order.map((route) => route.notBefore));
      await this.options.clock.sleep(earliest - now, signal);
    }
  }

  private penalise(route: Route, askedAt: number, failure: { reason: string; retryAfterMs: number }): void {
    const { reason, retryAfterMs } = failure;
    const now = this.options.clock.now();
    // Requests that were under way together fail together: that is one failure, not many.
    if (route.notBefore <= askedAt) {
      const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** route.failures, LONGEST_BACKOFF_MS);
      route.notBefore = now + Math.ceil(backoff * (0.5 + this.options.random() / 2));
      route.failures += 1;
    }
    route.notBefore = Math.max(route.notBefore, now + retryAfterMs);
    const retryInMs = route.notBefore - now;
    this.options.onFailure?.({ oracle: route.url, reason, retryInMs });
  }

  private async post(route: Route, reports: readonly SignedReport[], signal?: AbortSignal): Promise<Outcome> {
    const timeout = AbortSignal.timeout(this.options.timeoutMs);
    try {
      const response = await this.options.fetch(`${route.url}/v1/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reports: reports.map(({ report, signature }) => ({ report, signature })) }),
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      return this.judge(response, await response.text(), reports.length);
    } catch (error) {
      signal?.throwIfAborted();
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
      return { kind: 'failed', reason, retryAfterMs: 0 };
    }
  }

  private judge(response: Response, text: string, expected: number): Outcome {
    if (CONTENT_REFUSALS.has(response.status)) {
      const refusal = refusalSchema.safeParse(parseJson(text));
      if (refusal.success) {
        return { kind: 'content', code: refusal.data.error.code, reason: refusal.data.error.message };
      }
    }
    if (response.status === 200) {
      const body = batchAnswerSchema.safeParse(parseJson(text));
      if (body.success && body.data.results.length === expected) {
        return { kind: 'answered', answers: body.data.results };
      }
      return {
        kind: 'failed',
        reason: 'answered 200 with something else than one result a report',
        retryAfterMs: 0,
      };
    }
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), this.options.clock.now());
    return { kind: 'failed', reason: `HTTP status ${response.status}`, retryAfterMs };
  }
}

/** Milliseconds to wait for a Retry-After header (seconds or an HTTP date), 0 without a readable one. */
export function parseRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? 0 : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER_MS);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
