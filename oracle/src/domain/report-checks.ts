import { equal, FormatError, toHex, unpackDeviceKey, verifySignature } from '@commonwire/sdk/core';
import { decodeReport, MAX_REPORT_BYTES, reportHash } from '@commonwire/sdk/device';
import { deviceTime } from './device-time';
import { kindOf } from './kinds';
import type { Policy } from './policy';
import type { ReasonCode } from './reasons';
import type { Device, RegistryView, Report, VerifySignature } from './types';

/** A report decoded from base64. */
export interface ReadReport {
  readonly bytes: Uint8Array;
  readonly report: Report;
  /** Hex. */
  readonly hash: string;
}

const LONGEST_BASE64 = Math.ceil(MAX_REPORT_BYTES / 3) * 4;

/** Decodes canonical base64; returns undefined for anything else, so that no two texts have the same bytes. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** Checks a report's size, encoding and format, and decodes it. */
export function readReport(text: string): ReadReport | ReasonCode {
  if (text.length > LONGEST_BASE64) return 'oversized';
  const bytes = fromBase64(text);
  return bytes ? readReportBytes(bytes) : 'bad-encoding';
}

/** Checks a report's size and format, and decodes it. */
export function readReportBytes(bytes: Uint8Array): ReadReport | ReasonCode {
  if (bytes.length > MAX_REPORT_BYTES) return 'oversized';
  try {
    return { bytes, report: decodeReport(bytes), hash: toHex(reportHash(bytes)) };
  } catch (error) {
    if (error instanceof FormatError) return formatReason(error);
    throw error;
  }
}

function formatReason({ code }: FormatError): ReasonCode {
  switch (code) {
    case 'wrong-domain':
      return 'bad-domain';
    case 'out-of-range':
      return 'out-of-range';
    case 'unknown-kind':
      return 'unsupported-kind';
    default:
      return 'wrong-length';
  }
}

/** Checks network, registration, kind, and that extra bytes are of a kind that has some. Returns the device that the report is for; its owner isn't checked here. */
export function identify(report: Report, registry: RegistryView, network: Uint8Array): Device | ReasonCode {
  if (!equal(report.network, network)) return 'bad-network';
  const device = registry.device(report.index);
  if (!device) return 'unknown-device';
  if (registry.isRetired(report.index)) return 'device-retired';
  if (report.kind !== device.kind) return 'wrong-kind';
  const kind = kindOf(device.kind);
  if (!kind) return 'unsupported-kind';
  return report.extra.length > 0 && !kind.hasExtra ? 'unexpected-extra' : device;
}

/** Checks that the report names the owner that the device had in `epoch`, in which the report was logged. */
export function checkOwner(report: Report, registry: RegistryView, epoch?: number): ReasonCode | undefined {
  const standing = registry.standing(report.index, report.owner, epoch);
  if (standing === 'owner') return undefined;
  return standing === 'former-owner' ? 'former-owner' : 'wrong-owner';
}

/** Whether the registered key signed these bytes; `signature` is base64. */
export function isSigned(
  device: Device,
  message: Uint8Array,
  signature: string,
  verify: VerifySignature = verifySignature,
): boolean {
  const bytes = signature.length === 88 ? fromBase64(signature) : undefined;
  return bytes !== undefined && isSignedBy(device, message, bytes, verify);
}

/** Whether the registered key made this signature of 64 bytes. */
export function isSignedBy(
  device: Device,
  message: Uint8Array,
  signature: Uint8Array,
  verify: VerifySignature = verifySignature,
): boolean {
  try {
    const publicKey = unpackDeviceKey(device.keyType, device.deviceKey);
    return verify({ keyType: device.keyType, publicKey, message, signature });
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** Checks the interval's length and alignment, and that it is inside the window of device time for this arrival. */
export function checkTime(report: Report, policy: Policy, receivedAt: number): ReasonCode | undefined {
  const { start, seconds } = report;
  if (start % 60 !== 0 || seconds % 60 !== 0) return 'not-whole-minutes';
  if (seconds < policy.min_seconds) return 'too-short';
  if (seconds > policy.max_seconds) return 'too-long';
  const now = deviceTime(policy, receivedAt) / 1000;
  if (start > now + policy.ahead_seconds) return 'start-in-future';
  if (start < now - policy.late_seconds) return 'too-old';
  return undefined;
}
