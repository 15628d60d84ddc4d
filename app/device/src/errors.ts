import { CommonwireError } from '@commonwire/sdk/core';

/** What can go wrong on the device's side; each code is stable and fit for a log filter. */
export type DeviceErrorCode =
  | 'trace_invalid'
  | 'outbox_corrupt'
  | 'outbox_locked'
  | 'outbox_foreign'
  | 'reading_invalid'
  | 'network_unreadable'
  | 'rpc_unreachable'
  | 'not_admitted'
  | 'owner_unfunded'
  | 'too_many_devices'
  | 'registration_failed'
  | 'index_unknown'
  | 'usage';

/** An error of the device agent: `code` for programs, a message that says what, where and what to do next. */
export class DeviceError extends CommonwireError {
  constructor(code: DeviceErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
