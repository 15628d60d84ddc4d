import { fromBase64 } from '@commonwire/sdk/core';
import type { SignedReport } from '@commonwire/sdk/device';
import {
  type AcceptedReport,
  acceptedReport,
  MAX_BATCH_REPORTS,
  OracleClient,
  OracleRequestError,
  type Receipt,
  type ReportResult,
} from '@commonwire/sdk/oracle';
import type { Clock } from './clock';

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 60_000;
/** The longest Retry-After that is respected, so that an oracle can't silence a device. */
const LONGEST_RETRY_AFTER_MS = 15 * 60_000;
/** What is added to a Retry-After at most. */
const LONGEST_SPREAD_MS = 30_000;
/** The longest accepted answer, far more than the answer to a full batch needs. */
const MAX_ANSWER_BYTES = 1 << 20;
/** Statuses that mean the content is refused: the oracle would refuse the same bytes again. */
const CONTENT_REFUSALS = new Set([400, 413, 415, 422]);

/** Refusals of a batch because of one report that an oracle may yet take. */
const BEHIND = 'registry-behind';
/** How long a device that an oracle doesn't know may have been registered a moment ago, milliseconds. */
const LONGEST_UNKNOWN_MS = 60 * 60_000;

/** Options of an {@link Uplink}. */
export interface UplinkOptions {
  clock: Clock;
  /** Returns a number in [0, 1) that spreads the retries of many devices. */
  random?: () => number;
  /** Timeout of one request, milliseconds. */
  timeoutMs?: number;
  /** Called for every failed request, for logs. */
  onFailure?: (failure: { oracle: string; reason: string; retryInMs: number }) => void;
  /** Called for every answer that accepted reports, with these, and the receipt if it has one. */
  onAccepted?: (accepted: {
    oracle: string;
    reports: AcceptedReport[];
    receipt: Receipt | undefined;
  }) => void;
}

/** An answer and the oracle that gave it. */
export interface Delivery {
  answer: ReportResult;
  oracle: string;
}

interface Route {
  readonly client: OracleClient;
  failures: number;
  /** real time, unix ms, before which the oracle isn't asked */
  notBefore: number;
}

type Outcome =
  | { kind: 'answered'; answers: ReportResult[] }
  | { kind: 'content'; code: string; reason: string }
  | { kind: 'failed'; code: string; reason: string; retryAfterMs: number };

/**
 * Delivers reports to one of several oracles. Tries the preferred one first, then the others, until one answers. Backs
 * off from an oracle that fails, longer each time or as long as its Retry-After says. Oracles needn't be trusted: their
 * answers are checked, and a lying one can only lose the reports sent to it.
 */
export class Uplink {
  private readonly routes: Route[];

  /** `oracles`: base addresses such as `http://127.0.0.1:8080`, at least one. */
  constructor(
    oracles: readonly string[],
    private readonly options: UplinkOptions,
  ) {
    if (oracles.length === 0) throw new RangeError('an uplink needs at least one oracle');
    const { timeoutMs = 10_000 } = options;
    this.routes = oracles.map((url) => ({
      client: new OracleClient(url, { timeoutMs, maxBytes: MAX_ANSWER_BYTES }),
      failures: 0,
      notBefore: 0,
    }));
  }

  /** The number of oracles. */
  get size(): number {
    return this.routes.length;
  }

  /**
   * Sends 1 to {@link MAX_BATCH_REPORTS} reports, preferring oracle number `prefer` (any integer). Retries until every
   * report has an answer and resolves with the answers in order. A report that no oracle can read counts as rejected with
   * the code of the refusal. An oracle that doesn't know the device may not have read its registration yet, so that it is
   * asked again, for an hour at most.
   * @throws the signal's reason when aborted, and nothing else
   */
  async deliver(reports: readonly SignedReport[], prefer = 0, signal?: AbortSignal): Promise<Delivery[]> {
    if (reports.length > MAX_BATCH_REPORTS)
      throw new RangeError(
        `${reports.length} reports are too many: a batch holds at most ${MAX_BATCH_REPORTS}`,
      );
    const refusedBy = new Set<Route>();
    const since = this.options.clock.now();
    while (reports.length > 0) {
      const route = await this.nextRoute(prefer, refusedBy, signal);
      const askedAt = this.options.clock.now();
      const outcome = await this.post(route, reports, signal);
      if (outcome.kind === 'failed') {
        this.penalise(route, askedAt, outcome);
        if (outcome.code !== BEHIND) continue;
        if (!ofOneDevice(reports)) return this.halves(reports, prefer, signal);
        if (askedAt - since <= LONGEST_UNKNOWN_MS) continue;
        return reports.map(() => rejected('unknown-device', outcome.reason, route));
      }
      if (outcome.kind === 'answered') {
        const { answers } = outcome;
        const isUnknown = answers.some(
          ({ status, code }) => status === 'rejected' && code === 'unknown-device',
        );
        if (!isUnknown || askedAt - since > LONGEST_UNKNOWN_MS) {
          route.failures = 0;
          return answers.map((answer) => ({ answer, oracle: route.client.url }));
        }
        const reason = `${route.client.url} doesn't know the device yet; is --index right?`;
        this.penalise(route, askedAt, { reason, retryAfterMs: 0 });
        if (!ofOneDevice(reports)) return this.halves(reports, prefer, signal);
        continue;
      }
      route.failures = 0;
      if (reports.length > 1) return this.halves(reports, prefer, signal);
      refusedBy.add(route);
      if (refusedBy.size === this.routes.length) return [rejected(outcome.code, outcome.reason, route)];
    }
    return [];
  }

  /** One bad report must not hold up the others: splits the batch until it is alone. */
  private async halves(
    reports: readonly SignedReport[],
    prefer: number,
    signal?: AbortSignal,
  ): Promise<Delivery[]> {
    const middle = reports.length >> 1;
    const parts = [reports.slice(0, middle), reports.slice(middle)];
    return (await Promise.all(parts.map((part) => this.deliver(part, prefer, signal)))).flat();
  }

  /** Returns the most preferred route that may be asked now. Waits until there is one. */
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
    // Concurrent requests fail together, which counts as one failure.
    if (route.notBefore <= askedAt) {
      const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** route.failures, LONGEST_BACKOFF_MS);
      route.notBefore = now + Math.ceil(backoff * (0.5 + (this.options.random ?? Math.random)() / 2));
      route.failures += 1;
    }
    // Oracles tell a whole fleet the same time: its devices must not come back in the same second.
    const spread = Math.ceil(
      Math.min(retryAfterMs, LONGEST_SPREAD_MS) * (this.options.random ?? Math.random)(),
    );
    route.notBefore = Math.max(route.notBefore, now + retryAfterMs + spread);
    const retryInMs = route.notBefore - now;
    this.options.onFailure?.({ oracle: route.client.url, reason, retryInMs });
  }

  private async post(
    { client }: Route,
    reports: readonly SignedReport[],
    signal?: AbortSignal,
  ): Promise<Outcome> {
    try {
      const wire = reports.map(({ report, signature }) => ({ report, signature }));
      const { results, receipt } = await unlessAborted(client.submit(wire), signal);
      const accepted = wire.filter((_, i) => results[i]?.status === 'accepted');
      const { onAccepted } = this.options;
      if (onAccepted && accepted.length > 0) {
        const stored = accepted.map(({ report }) => acceptedReport(fromBase64(report)));
        onAccepted({ oracle: client.url, reports: stored, receipt });
      }
      return { kind: 'answered', answers: results };
    } catch (error) {
      if (!(error instanceof OracleRequestError)) throw error;
      const { code, message, status, retryAfter = 0 } = error;
      if (CONTENT_REFUSALS.has(status) && code !== 'bad-answer')
        return { kind: 'content', code, reason: message };
      const retryAfterMs = Math.min(Math.max(retryAfter, 0) * 1000, LONGEST_RETRY_AFTER_MS);
      return { kind: 'failed', code, reason: message, retryAfterMs };
    }
  }
}

/** Where a report has the index of its device. */
const INDEX_AT = 52;

/** Whether all reports are of one device, so that one is as unknown as the other. */
function ofOneDevice(reports: readonly SignedReport[]): boolean {
  const index = ({ report }: SignedReport): string => {
    const bytes = Buffer.from(report, 'base64').subarray(INDEX_AT, INDEX_AT + 4);
    return bytes.length === 4 ? bytes.toString('hex') : report;
  };
  return reports.every((report) => index(report) === index(reports[0]!));
}

const rejected = (code: string, reason: string, { client }: Route): Delivery => ({
  answer: { status: 'rejected', code, reason },
  oracle: client.url,
});

/** Settles like the promise, or rejects with the signal's reason as soon as it is aborted. */
async function unlessAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    promise.catch(() => undefined);
  }
}
