import { CommonwireError } from '../core';

/** Codes of {@link TraceError}. Codes are only ever added. */
export type TraceErrorCode =
  | 'bad-file'
  | 'no-such-column'
  | 'no-such-zone'
  | 'no-such-device'
  | 'no-such-unit';

/** A file that can't be read as a series of readings, or an option that doesn't fit it. */
export class TraceError extends CommonwireError {
  declare readonly code: TraceErrorCode;

  constructor(code: TraceErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
