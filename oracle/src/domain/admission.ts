/** The checks of one report that need no history. */
import type { Policy } from './policy';
import type { ReasonCode } from './reasons';
import type { Device, RegistryView, Report, SignedReport, VerifySignature } from './types';

export interface AdmissionInput {
  readonly signed: SignedReport;
  readonly registry: RegistryView;
  /** 32 bytes. */
  readonly network: Uint8Array;
  readonly policy: Policy;
  /** Milliseconds of the oracle's real clock. */
  readonly receivedAt: number;
  readonly verify?: VerifySignature;
}

/**
 * `ok`: store it, answer `accepted`. Not `ok` with `evidence`: validly signed, breaks a rule of its kind: store it
 * too, answer `rejected` with `code`. Not `ok` without: answer `rejected`, count `code`, store nothing.
 */
export type Admission =
  | {
      readonly ok: true;
      readonly report: Report;
      readonly bytes: Uint8Array;
      readonly hash: string;
      readonly device: Device;
    }
  | {
      readonly ok: false;
      readonly code: ReasonCode;
      /** The registered device the report names, if there is one. */
      readonly device?: number;
      /** Hex SHA-256 of the bytes, where they could be read. */
      readonly hash?: string;
      readonly evidence: boolean;
    };

/** Decides about one report from itself, the registry and the policy alone. */
export declare function admit(input: AdmissionInput): Admission;
