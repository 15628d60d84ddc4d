import { equal } from '@commonwire/sdk/core';
import type { Policy } from './policy';
import type { ReasonCode } from './reasons';
import { checkOwner, checkTime, identify, isSigned, type ReadReport, readReport } from './report-checks';
import type {
  Counts,
  Device,
  Evidence,
  GatheredReport,
  RegistryView,
  Report,
  VerifySignature,
} from './types';

/** What reports are checked against before any history. */
export interface EvidenceRules {
  readonly registry: RegistryView;
  /** 32 bytes. */
  readonly network: Uint8Array;
  readonly policy: Policy;
  /** Device time, unix seconds: what starts earlier was decided and forgotten. */
  readonly horizon: number;
  readonly verify?: VerifySignature | undefined;
}

/** The epoch's evidence in order, and the count by code of what is none. */
export interface Collected {
  readonly evidence: readonly Evidence[];
  readonly unverified: Counts;
}

/** The one order of reports: by device, start, report hash; never by arrival. */
export const byDeviceAndStart = (a: Evidence, b: Evidence): number =>
  a.report.index - b.report.index || a.report.start - b.report.start || (a.hash < b.hash ? -1 : 1);

/**
 * Applies the checks of ingest again, to every copy by itself: an oracle that logs a forged signature or a report out
 * of its time wrongs only its own copy. What passes carries the least valid signature and time of receipt.
 */
export function collectEvidence(gathered: Iterable<GatheredReport>, rules: EvidenceRules): Collected {
  const unverified: Record<string, number> = {};
  const refuse = (code: ReasonCode, count: number): void => {
    unverified[code] = (unverified[code] ?? 0) + count;
  };
  const evidence: Evidence[] = [];
  for (const { report: text, copies } of gathered) {
    const read = readReport(text);
    const device = typeof read === 'string' ? read : identify(read.report, rules.registry, rules.network);
    if (typeof read === 'string' || typeof device === 'string') {
      for (const { count } of copies) refuse(device as ReasonCode, count);
      continue;
    }
    const found = validCopies(read, device, copies, rules, refuse);
    if (!found) continue;
    const { signature, epoch, receivedAt, copies: count } = found;
    const report = sharing(read.report, device, rules.network);
    evidence.push({ hash: read.hash, text, report, signature, epoch, receivedAt, copies: count });
  }
  return { evidence: evidence.sort(byDeviceAndStart), unverified };
}

const NOTHING = new Uint8Array(0);

/** The same report with bytes that are held anyway: arrays of its own would take 600 bytes of each of a million. */
function sharing(report: Report, device: Device, network: Uint8Array): Report {
  const { owner, extra } = report;
  return {
    ...report,
    network,
    owner: equal(owner, device.owner) ? device.owner : owner,
    extra: extra.length > 0 ? extra : NOTHING,
  };
}

function validCopies(
  { bytes, report }: ReadReport,
  device: Device,
  copies: GatheredReport['copies'],
  { registry, policy, horizon, verify }: EvidenceRules,
  refuse: (code: ReasonCode, count: number) => void,
): Pick<Evidence, 'signature' | 'epoch' | 'receivedAt' | 'copies'> | undefined {
  const checked = new Map<string, boolean>();
  let best: { signature: string; epoch: number; receivedAt: number; copies: number } | undefined;
  for (const { epoch, signature, receivedAt, count } of copies) {
    let signed = checked.get(signature);
    if (signed === undefined) {
      signed = isSigned(device, bytes, signature, verify);
      checked.set(signature, signed);
    }
    const stranger = checkOwner(report, registry, epoch);
    const code =
      stranger ??
      (signed
        ? (checkTime(report, policy, receivedAt) ?? (report.start < horizon ? 'too-old' : undefined))
        : 'bad-signature');
    if (code) {
      refuse(code, count);
    } else if (best) {
      if (signature < best.signature) best.signature = signature;
      if (epoch < best.epoch) best.epoch = epoch;
      if (receivedAt < best.receivedAt) best.receivedAt = receivedAt;
      best.copies += count;
    } else {
      best = { signature, epoch, receivedAt, copies: count };
    }
  }
  return best;
}
