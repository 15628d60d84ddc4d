/** A step that the network's rules forbid; `code` as the SDK names it. */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** Refuses with `code` unless the condition holds. */
export function require(holds: boolean, code: string): asserts holds {
  if (!holds) throw new Refused(code);
}

/** What the framework says of an account that isn't there. */
export const NO_ACCOUNT = 'account data too small for instruction';
/** What the system program says where an account is made that is there. */
export const ACCOUNT_IN_USE = 'custom program error: 0x0';
/** What the framework says of an optional account that is named and isn't there. */
export const NOT_INITIALIZED = 'instruction requires an initialized account';
/** What the token program says where a balance is too small. */
export const INSUFFICIENT_FUNDS = 'custom program error: 0x1';
