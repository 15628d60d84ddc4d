import { CommonwireError } from '@commonwire/sdk/core';

/** What the oracle's services refuse with; `status` is the HTTP status it becomes at the edge. Codes are only ever added. */
export class OracleError extends CommonwireError {
  readonly status: number;
  /** Seconds after which asking again makes sense. */
  readonly retryAfter: number | undefined;

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & { status?: number; retryAfter?: number } = {},
  ) {
    super(code, message, options);
    this.status = options.status ?? 500;
    this.retryAfter = options.retryAfter;
  }
}

/** Why an attester will not sign. Codes are only ever added. */
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

/** This oracle comes to something else than what was proposed or posted. */
export class Refused extends OracleError {
  constructor(code: RefusalCode, message: string) {
    super(code, message);
  }
}

/** The oracle can't answer yet; asking again in `retryAfter` seconds makes sense. */
export const notReady = (message: string, retryAfter = 2): OracleError =>
  new OracleError('not-ready', message, { status: 503, retryAfter });

/** What was asked for doesn't exist. */
export const notFound = (message: string): OracleError =>
  new OracleError('not-found', message, { status: 404 });

/** The request itself is wrong. */
export const badRequest = (code: string, message: string, status = 400): OracleError =>
  new OracleError(code, message, { status });

/** The message of anything thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
