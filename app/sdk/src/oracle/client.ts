import type * as z from 'zod';
import { concatAll } from '../core/bytes';
import { CommonwireError } from '../core/errors';
import { withoutSecrets } from '../core/rpc-errors';
import { endpointOf } from '../core/rpc-fetch';
import type { SignedReport } from '../device/report';
import { firstIssue, tooComplex } from './answer';
import * as api from './api';
import * as marketApi from './market-api';

/** How an {@link OracleClient} behaves towards a slow or hostile server. */
export interface OracleClientOptions {
  /** A whole request may take so long, milliseconds; 10,000 if absent. */
  readonly timeoutMs?: number;
  /** Most bytes of an answer after decompression; 64 MiB if absent. Answers with less to say are limited further. */
  readonly maxBytes?: number;
}

/** Most bytes of an answer with one thing, with a list, and with much. Only a part of a dataset may be longer. */
const [SHORT, LIST, LONG] = [256 * 1024, 4 * 1024 * 1024, 8 * 1024 * 1024];

/**
 * An oracle that couldn't be reached or answered something else than what was asked. `code` is the oracle's own for an
 * error it reports, else `unreachable`, `timeout`, `too-large`, `too-complex` or `bad-answer`.
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

/** How a request differs from a GET whose answer has a status of success. */
interface Asked {
  readonly init?: RequestInit;
  readonly isAnswer?: (response: Response, body: Uint8Array) => boolean;
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
    const result = await this.json('/v1/reports', api.reportBatchResultSchema, SHORT, {
      init: {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reports }),
      },
    });
    if (result.results.length !== reports.length)
      throw this.badAnswer('/v1/reports', `${result.results.length} results for ${reports.length} reports`);
    return result;
  }

  network = () => this.json('/v1/network', api.networkInfoSchema, SHORT);
  /** Resolves also if the oracle says that it is starting or stale, with status 503. */
  health = () => this.json('/health', api.healthSchema, SHORT, { isAnswer: isHealth });
  device = (index: number) => this.json(`/v1/devices/${index}`, api.deviceInfoSchema, SHORT);
  epoch = (epoch: number) => this.json(`/v1/epochs/${epoch}`, api.epochInfoSchema, LONG);
  signatures = (epoch: number) =>
    this.json(`/v1/epochs/${epoch}/signatures`, api.epochSignaturesSchema, LIST);
  evidence = () => this.json('/v1/evidence', api.evidenceSchema, LIST);

  /** Devices by index, those of one owner if it is given, after an index. */
  devices = (slice: { owner?: string; after?: number; limit?: number } = {}) =>
    this.json(`/v1/devices${query(slice)}`, api.deviceListSchema, SHORT);

  /** Cells and kinds of devices by index, after an index. */
  cells = (slice: { after?: number; limit?: number } = {}) =>
    this.json(`/v1/cells${query(slice)}`, api.cellListSchema, LIST);

  /** Devices of an owner after an index, with what is due to them. */
  owner = (address: string, slice: { after?: number; limit?: number } = {}) =>
    this.json(`/v1/owners/${address}${query(slice)}`, api.ownerInfoSchema, LIST);

  /** Arguments to settle `count` devices from `first` on. */
  settlement = (first: number, count = 1) =>
    this.json(`/v1/settlements/${first}${query({ count })}`, api.settlementSchema, SHORT);

  /** Epochs below `before`, latest first. */
  epochs = (slice: { before?: number; limit?: number } = {}) =>
    this.json(`/v1/epochs${query(slice)}`, api.epochListSchema, SHORT);

  /** The areas of an H3 cell, hex, and what epochs below `before` cleared there, latest first. */
  area = (cell: string, slice: { before?: number; limit?: number } = {}) =>
    this.json(`/v1/areas/${cell}${query(slice)}`, marketApi.areaInfoSchema, LIST);

  /** Areas in the current epoch's book, after an address. */
  areas = (slice: { after?: string; limit?: number } = {}) =>
    this.json(`/v1/areas${query(slice)}`, marketApi.areaListSchema, SHORT);

  /** Offers and orders in the current epoch's book: of an area, a device or an owner, or of all that are given, after an address. */
  traders = (
    slice: { area?: string; device?: number; owner?: string; after?: string; limit?: number } = {},
  ) => this.json(`/v1/orders${query(slice)}`, marketApi.traderListSchema, LIST);

  /** What an order or offer has used or delivered, with the proof by which it is settled or closed. */
  async order(account: string): Promise<marketApi.OrderInfo> {
    const path = `/v1/orders/${account}`;
    const info = await this.json(path, marketApi.orderInfoSchema, SHORT);
    if (info.account !== account || (info.usage && info.usage.leaf.account !== account))
      throw this.badAnswer(path, `is about ${info.usage?.leaf.account ?? info.account}`);
    return info;
  }

  /** Offers of an area by address, after an address. */
  offers = (slice: { area: string; after?: string; limit?: number }) =>
    this.json(`/v1/offers${query(slice)}`, marketApi.offerListSchema, SHORT);

  /** The oracle's sealed log of an epoch, or its copy of another's: head and runs, whose pages {@link part} gets. */
  log = (epoch: number, of: { oracle?: string } = {}) =>
    this.json(`/v1/logs/${epoch}${query(of)}`, api.logSchema, SHORT);

  /**
   * The bytes of a dataset's part or manifest, or of a log's page, by their SHA-256. The caller checks the hash.
   * @param most the most bytes that it can have, if that is less than an answer may have
   */
  part = (epoch: number, sha256: string, most = this.maxBytes) =>
    this.ask(() => this.fetched(`/v1/epochs/${epoch}/parts/${sha256}`, Math.min(most, this.maxBytes)));

  /** Does what asks this oracle for something; a subclass may do it again, or not at all. */
  protected ask<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  /** Gets and checks an answer in JSON. @param most its most bytes */
  private json<T>(path: string, schema: z.ZodType<T>, most: number, asked: Asked = {}): Promise<T> {
    return this.ask(async () => {
      const bytes = await this.fetched(path, Math.min(most, this.maxBytes), asked);
      const complex = tooComplex(bytes);
      if (complex) throw new OracleRequestError('too-complex', `${this.url}${path}: ${complex}`, 200);
      let value: unknown;
      try {
        value = JSON.parse(new TextDecoder().decode(bytes));
      } catch (cause) {
        throw this.badAnswer(path, 'the body is not JSON', cause);
      }
      const issue = firstIssue(schema, value);
      if (issue) throw this.badAnswer(path, issue);
      return schema.parse(value);
    });
  }

  private async fetched(
    path: string,
    most: number,
    { init = {}, isAnswer = ({ ok }) => ok }: Asked = {},
  ): Promise<Uint8Array> {
    const url = this.url + path;
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const send = () =>
        fetch(this.withSearch(url), {
          ...init,
          headers: { ...this.headers, ...init.headers },
          signal,
          redirect: 'error',
        });
      const response = await send().catch((error: unknown) => {
        // Another connection may do: this one was kept from an earlier request, and closed meanwhile.
        if (init.method === undefined && isCutOff(error)) return send();
        throw error;
      });
      const body = await limited(response, url, most);
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

  private badAnswer(path: string, what: string, cause?: unknown): OracleRequestError {
    return new OracleRequestError('bad-answer', `${this.url}${path}: ${what}`, 200, undefined, { cause });
  }
}

/** What Node gives as the cause if a connection ended before an answer began. */
const CUT_OFF = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'];

const isCutOff = (error: unknown): boolean =>
  error instanceof Error && CUT_OFF.includes((error.cause as { code?: string } | undefined)?.code ?? '');

/** Reads a body as long as it isn't too long. */
async function limited(response: Response, url: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    length += read.value.length;
    if (length > most) {
      await reader?.cancel();
      throw new OracleRequestError('too-large', `${url} answered more than ${most} bytes`, response.status);
    }
    chunks.push(read.value);
  }
  return concatAll(chunks);
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
