import type { Policy } from '../policy';
import type { ReasonCode } from '../reasons';
import { checkOwner, checkTime, identify, isSignedBy, readReportBytes } from '../report-checks';
import type { Device, RegistryView, Report, VerifySignature } from '../types';

/** The rules that reports are checked against before any history. */
export interface EvidenceRules {
  readonly registry: RegistryView;
  /** 32 bytes. */
  readonly network: Uint8Array;
  readonly policy: Policy;
  /** Device time, unix seconds: reports that start earlier belong to closed epochs that are no longer remembered. */
  readonly horizon: number;
  readonly verify?: VerifySignature | undefined;
}

/** A copy of a report, or several that are the same. */
export interface Copy {
  /** 64 bytes. */
  readonly signature: Uint8Array;
  /** Epoch of the log it was found in. */
  readonly epoch: number;
  /** Milliseconds of the receiving oracle's real clock. */
  readonly receivedAt: number;
  readonly count: number;
  /** Whether its signature is known to be valid. */
  readonly verified: boolean;
}

/** A report that is evidence, merged from its valid copies. */
export interface Examined {
  /** Hex. */
  readonly hash: string;
  readonly report: Report;
  /** The position of the copy with the lowest valid signature. */
  readonly signature: number;
  /** The earliest epoch and time of receipt among valid copies, and how many there are. */
  readonly epoch: number;
  readonly receivedAt: number;
  readonly copies: number;
}

/**
 * Repeats the checks of ingest for each copy of a report separately, so that an oracle that logs a forged signature or a
 * report outside its time window spoils only its own copy.
 * @param refuse is told of copies that fail @returns undefined if all do
 */
export function examine(
  bytes: Uint8Array,
  copies: readonly Copy[],
  rules: EvidenceRules,
  refuse: (code: ReasonCode, count: number) => void,
): Examined | undefined {
  const read = readReportBytes(bytes);
  const device = typeof read === 'string' ? read : identify(read.report, rules.registry, rules.network);
  if (typeof read === 'string' || typeof device === 'string') {
    for (const { count } of copies) refuse(device as ReasonCode, count);
    return undefined;
  }
  const { report, hash } = read;
  const isSigned = signatureChecks(device, bytes, copies, rules.verify);
  let best: { signature: number; epoch: number; receivedAt: number; copies: number } | undefined;
  for (const [i, { signature, epoch, receivedAt, count }] of copies.entries()) {
    const code =
      checkOwner(report, rules.registry, epoch) ??
      (isSigned(i) ? timeReason(report, receivedAt, rules) : 'bad-signature');
    if (code) {
      refuse(code, count);
    } else if (best) {
      if (base64(signature) < base64(copies[best.signature]!.signature)) best.signature = i;
      best.epoch = Math.min(best.epoch, epoch);
      best.receivedAt = Math.min(best.receivedAt, receivedAt);
      best.copies += count;
    } else {
      best = { signature: i, epoch, receivedAt, copies: count };
    }
  }
  return best && { hash, report, ...best };
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

const timeReason = (
  report: Report,
  receivedAt: number,
  { policy, horizon }: EvidenceRules,
): ReasonCode | undefined =>
  checkTime(report, policy, receivedAt) ?? (report.start < horizon ? 'too-old' : undefined);

/** Whether the signature of a copy is valid. Each is verified once, and only if no copy's is known. */
function signatureChecks(
  device: Device,
  bytes: Uint8Array,
  copies: readonly Copy[],
  verify?: VerifySignature,
): (copy: number) => boolean {
  const [first] = copies;
  if (copies.length === 1)
    return () => first!.verified || isSignedBy(device, bytes, first!.signature, verify);
  const checked = new Map<string, boolean>();
  for (const { verified, signature } of copies) if (verified) checked.set(base64(signature), true);
  return (copy) => {
    const { signature } = copies[copy]!;
    const name = base64(signature);
    const known = checked.get(name) ?? isSignedBy(device, bytes, signature, verify);
    checked.set(name, known);
    return known;
  };
}
