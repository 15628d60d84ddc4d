import type * as z from 'zod';
import { concat } from '../core/bytes';
import { CommonwireError } from '../core/errors';
import { withoutSecrets } from '../core/rpc-errors';
import { endpointOf } from '../core/rpc-fetch';
import type { SignedReport } from '../device/report';
import * as api from './api';

/** How an {@link OracleClient} behaves towards a slow or hostile server. */
export interface OracleClientOptions {
  /** A whole request may take so long, milliseconds; 10,000 if absent. */
  readonly timeoutMs?: number;
  /** Most bytes of an answer after decompression; 64 MiB if absent. */
  readonly maxBytes?: number;
}

/**
 * An oracle that couldn't be reached or answered something else than what was asked. `code` is the oracle's own for an
 * error it reports, else `unreachable`, `timeout`, `too-large` or `bad-answer`.
 */
export class OracleRequestError extends CommonwireError {
  constructor(
    code: string,
    message: string,
    /** HTTP status, 0 if there was no answer. */
    readonly status: number,
    /** Seconds after which the oracle asks to be tried again. */
    readonly retryAfter: number | undefined = undefined,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}

/**
 * An oracle's HTTP API. Every answer is checked against its schema; every method throws {@link OracleRequestError}.
 *
 * @example
 * const oracle = new OracleClient('http://127.0.0.1:8701');
 * const { results } = await oracle.submit([{ report, signature }]);
 */
export class OracleClient {
  /** Without what may be a secret, for messages. */
  readonly url: string;
  private readonly search: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly timeoutMs: number;
  private readonly maxBytes: number;

  constructor(url: string, { timeoutMs = 10_000, maxBytes = 64 * 1024 * 1024 }: OracleClientOptions = {}) {
    const endpoint = endpointOf(url);
    this.url = withoutSecrets(endpoint.url);
    this.search = new URL(endpoint.url).search.slice(1);
    this.headers = endpoint.headers;
    this.timeoutMs = timeoutMs;
    this.maxBytes = maxBytes;
  }

  /** Hands in 1 to 100 reports; what was `accepted` is stored when this resolves. */
  async submit(reports: readonly SignedReport[]): Promise<api.ReportBatchResult> {
    const result = await this.json('/v1/reports', api.reportBatchResultSchema, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reports }),
    });
    if (result.results.length !== reports.length)
      throw this.badAnswer('/v1/reports', `${result.results.length} results for ${reports.length} reports`);
    return result;
  }

  network = () => this.json('/v1/network', api.networkInfoSchema);
  /** Resolves also if the oracle says that it is starting or stale, with status 503. */
  health = () => this.json('/health', api.healthSchema, {}, isHealth);
  device = (index: number) => this.json(`/v1/devices/${index}`, api.deviceInfoSchema);
  epoch = (epoch: number) => this.json(`/v1/epochs/${epoch}`, api.epochInfoSchema);
  signatures = (epoch: number) => this.json(`/v1/epochs/${epoch}/signatures`, api.epochSignaturesSchema);
  evidence = () => this.json('/v1/evidence', api.evidenceSchema);

  /** Devices by index, those of one owner if it is given, after an index. */
  devices = (slice: { owner?: string; after?: number; limit?: number } = {}) =>
    this.json(`/v1/devices${query(slice)}`, api.deviceListSchema);

  /** Devices of an owner after an index, with what is due to them. */
  owner = (address: string, slice: { after?: number; limit?: number } = {}) =>
    this.json(`/v1/owners/${address}${query(slice)}`, api.ownerInfoSchema);

  /** Arguments to settle `count` devices from `first` on. */
  settlement = (first: number, count = 1) =>
    this.json(`/v1/settlements/${first}${query({ count })}`, api.settlementSchema);

  /** Epochs below `before`, latest first. */
  epochs = (slice: { before?: number; limit?: number } = {}) =>
    this.json(`/v1/epochs${query(slice)}`, api.epochListSchema);

  /** A slice of the oracle's log of an epoch, or of its copy of another's. */
  log = (epoch: number, slice: { from?: number; oracle?: string } = {}) =>
    this.json(`/v1/logs/${epoch}${query(slice)}`, api.logSliceSchema);

  /** The bytes of a dataset's part or manifest by their SHA-256. The caller checks the hash. */
  part = (epoch: number, sha256: string) => this.bytes(`/v1/epochs/${epoch}/parts/${sha256}`);

  private async json<T>(
    path: string,
    schema: z.ZodType<T>,
    init?: RequestInit,
    isAnswer?: (response: Response, body: Uint8Array) => boolean,
  ): Promise<T> {
    const bytes = await this.bytes(path, init, isAnswer);
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder().decode(bytes));
    } catch (cause) {
      throw this.badAnswer(path, 'the body is not JSON', cause);
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw this.badAnswer(path, `${issue?.path.join('.') || 'body'}: ${issue?.message}`, parsed.error);
  }

  private async bytes(
    path: string,
    init: RequestInit = {},
    isAnswer: (response: Response, body: Uint8Array) => boolean = ({ ok }) => ok,
  ): Promise<Uint8Array> {
    const url = this.url + path;
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const response = await fetch(this.withSearch(url), {
        ...init,
        headers: { ...this.headers, ...init.headers },
        signal,
        redirect: 'error',
      });
      const body = await this.limited(response, url);
      if (isAnswer(response, body)) return body;
      throw refusal(response, body, url);
    } catch (cause) {
      if (cause instanceof OracleRequestError) throw cause;
      if (signal.aborted)
        throw new OracleRequestError('timeout', `${url} took over ${this.timeoutMs} ms`, 0, undefined, {
          cause,
        });
      throw new OracleRequestError('unreachable', `${url} can't be reached`, 0, undefined, { cause });
    }
  }

  /** Adds the query of the oracle's own address, such as a key for a gateway. */
  private withSearch(url: string): string {
    if (this.search === '') return url;
    return `${url}${url.includes('?') ? '&' : '?'}${this.search}`;
  }

  private async limited(response: Response, url: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      length += read.value.length;
      if (length > this.maxBytes) {
        await reader?.cancel();
        throw new OracleRequestError(
          'too-large',
          `${url} answered more than ${this.maxBytes} bytes`,
          response.status,
        );
      }
      chunks.push(read.value);
    }
    return concat(...chunks);
  }

  private badAnswer(path: string, what: string, cause?: unknown): OracleRequestError {
    return new OracleRequestError('bad-answer', `${this.url}${path}: ${what}`, 200, undefined, { cause });
  }
}

/** Whether this is an oracle's answer about its health rather than an error of it or of a proxy before it. */
function isHealth({ ok, status }: Response, body: Uint8Array): boolean {
  if (ok || status !== 503) return ok;
  try {
    return api.healthSchema.safeParse(JSON.parse(new TextDecoder().decode(body))).success;
  } catch {
    return false;
  }
}

function refusal(response: Response, body: Uint8Array, url: string): OracleRequestError {
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(wait) ? wait : undefined;
  try {
    const { error } = api.errorSchema.parse(JSON.parse(new TextDecoder().decode(body)));
    return new OracleRequestError(error.code, error.message, response.status, retryAfter);
  } catch {
    return new OracleRequestError(
      'bad-answer',
      `${url} answered ${response.status}`,
      response.status,
      retryAfter,
    );
  }
}

function query(parameters: Record<string, string | number | undefined>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}
