/** Base class of every error that this SDK throws: `code` is stable and meant for programs, `message` for people. */
export class CommonwireError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Codes of {@link FormatError}. Codes are only ever added. */
export type FormatErrorCode =
  | 'truncated'
  | 'trailing-bytes'
  | 'wrong-domain'
  | 'wrong-length'
  | 'out-of-range'
  | 'invalid-hex'
  | 'unknown-kind'
  | 'unknown-key-type'
  | 'unknown-segment';

/** Bytes that don't have the expected format, or a value that the format can't hold. */
export class FormatError extends CommonwireError {
  declare readonly code: FormatErrorCode;

  constructor(code: FormatErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
