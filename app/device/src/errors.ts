import { CommonwireError } from '@commonwire/sdk/core';

/** Stable error codes of the device agent. */
export type DeviceErrorCode =
  | 'trace_invalid'
  | 'outbox_corrupt'
  | 'outbox_locked'
  | 'outbox_foreign'
  | 'reading_invalid'
  | 'network_unreadable'
  | 'development_clock'
  | 'rpc_unreachable'
  | 'not_admitted'
  | 'owner_unfunded'
  | 'too_many_devices'
  | 'key_transferred'
  | 'registration_failed'
  | 'index_unknown';

/** An error of the device agent. The message says what happened, where, and what to do next. */
export class DeviceError extends CommonwireError {
  constructor(code: DeviceErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
