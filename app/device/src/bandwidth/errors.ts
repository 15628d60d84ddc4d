import { CommonwireError } from '@commonwire/sdk/core';

/** Stable codes of what ends or refuses a bandwidth session. */
export type SessionErrorCode =
  | 'address_refused'
  | 'hotspot_busy'
  | 'hotspot_unreachable'
  | 'order_unusable'
  | 'price_too_high'
  | 'report_invalid'
  | 'session_closed'
  | 'session_unknown'
  | 'signature_invalid'
  | 'state_corrupt'
  | 'unpaid'
  | 'voucher_refused';

/** A bandwidth session that can't begin or go on. The message says what happened and what to do next. */
export class SessionError extends CommonwireError {
  declare readonly code: SessionErrorCode;

  constructor(code: SessionErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
