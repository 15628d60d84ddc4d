import { CommonwireError } from '@commonwire/sdk/core';

export { reasonOf } from '@commonwire/sdk/core';

/**
 * The error of the oracle's services; `status` is the HTTP status that it becomes. Codes are never removed or changed.
 */
export class OracleError extends CommonwireError {
  readonly status: number;
  /** Seconds after which the client should retry. */
  readonly retryAfter: number | undefined;
  /** Methods that the resource takes, if it doesn't take that of the request. */
  readonly allow: readonly string[] | undefined;

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & { status?: number; retryAfter?: number; allow?: readonly string[] } = {},
  ) {
    super(code, message, options);
    this.status = options.status ?? 500;
    this.retryAfter = options.retryAfter;
    this.allow = options.allow;
  }
}

/** Why an attester refuses to sign. Codes are never removed or changed. */
type RefusalCode =
  | 'wrong-facts'
  | 'bad-manifest'
  | 'bad-log'
  | 'own-log-missing'
  | 'own-log-altered'
  | 'peer-log-missing'
  | 'peer-log-altered'
  | 'recomputation-differs'
  | 'unsupported-rules-version';

/** Thrown when this oracle's outcome differs from what was proposed or posted. */
export class Refused extends OracleError {
  constructor(code: RefusalCode, message: string) {
    super(code, message);
  }
}

/** The oracle can't answer yet; the client should retry after `retryAfter` seconds. */
export const notReady = (message: string, retryAfter = 2): OracleError =>
  new OracleError('not-ready', message, { status: 503, retryAfter });

/** Seconds after which a database that failed is tried again. */
const STORE_RETRY = 10;

/** The database can't do its work at present; whether it did is unknown. */
export const storeUnavailable = (cause: unknown): OracleError =>
  new OracleError(
    'store-unavailable',
    "the oracle's database can't be read or written at present, perhaps since its disk is full; what was not answered with success may not be stored, so try again or use another oracle",
    { status: 503, retryAfter: STORE_RETRY, cause },
  );

/** The requested resource doesn't exist. */
export const notFound = (message: string): OracleError =>
  new OracleError('not-found', message, { status: 404 });

/** The request is invalid. */
export const badRequest = (code: string, message: string, status = 400): OracleError =>
  new OracleError(code, message, { status });
