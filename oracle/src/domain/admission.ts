/** The checks on a single report that need no history. */
import { kindOf } from './kinds';
import type { Policy } from './policy';
import type { ReasonCode } from './reasons';
import { checkOwner, checkTime, fromBase64, identify, isSigned, readReport } from './report-checks';
import type { Device, RegistryView, Report, SignedReport, VerifySignature } from './types';

/** A report and everything needed to judge it. */
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

/** A report that is stored and answered with `accepted`. */
export interface Admitted {
  readonly ok: true;
  readonly report: Report;
  readonly bytes: Uint8Array;
  /** Hex SHA-256 of `bytes`. */
  readonly hash: string;
  readonly device: Device;
}

/** A report that is answered with `rejected` and `code`. */
export interface Refused {
  readonly ok: false;
  readonly code: ReasonCode;
  /** The registered device that the report names, if there is one. */
  readonly device?: number;
  /** Hex SHA-256 of the report's bytes, if they could be read. */
  readonly hash?: string;
  /** Device time at which its interval starts, unix seconds, if its bytes could be read. */
  readonly start?: number;
  /**
   * Validly signed and in time, but breaks a rule of its kind: stored and listed in the dataset like an admitted one.
   */
  readonly evidence: boolean;
}

export type Admission = Admitted | Refused;

/**
 * Judges a report using only the report, the registry and the policy. Checks in this order: size, encoding, format,
 * network, device, kind, owner, signature, time, the kind's own rules. Never throws because of what a sender wrote.
 */
export function admit(input: AdmissionInput): Admission {
  const { signed, registry, network, policy, receivedAt, verify } = input;
  const read = readReport(signed.report);
  if (typeof read === 'string') return { ok: false, code: read, evidence: false };
  const { report, bytes, hash } = read;
  const device = identify(report, registry, network);
  if (typeof device === 'string') {
    const known = device !== 'bad-network' && device !== 'unknown-device';
    return { ok: false, code: device, hash, evidence: false, ...(known && { device: report.index }) };
  }
  const refuse = (code: ReasonCode, evidence: boolean): Refused => ({
    ok: false,
    code,
    device: device.index,
    hash,
    start: report.start,
    evidence,
  });
  const ownerReason = checkOwner(report, registry);
  if (ownerReason) return refuse(ownerReason, false);
  if (!fromBase64(signed.signature)) return refuse('bad-encoding', false);
  if (!isSigned(device, bytes, signed.signature, verify)) return refuse('bad-signature', false);
  const timeReason = checkTime(report, policy, receivedAt);
  if (timeReason) return refuse(timeReason, false);
  const finding = kindOf(device.kind)?.check(report, device, policy);
  if (finding?.outcome === 'rejected') return refuse(finding.reason, true);
  return { ok: true, report, bytes, hash, device };
}
