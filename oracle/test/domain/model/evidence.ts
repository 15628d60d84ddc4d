import { equal } from '@commonwire/sdk/core';
import type { ReasonCode } from '../../../src/domain/reasons';
import {
  checkOwner,
  checkTime,
  identify,
  isSigned,
  type ReadReport,
  readReport,
} from '../../../src/domain/report-checks';
import type { EvidenceRules } from '../../../src/domain/shard/examine';
import type { Counts, Device, Evidence, GatheredReport, Report } from '../../../src/domain/types';

/** The epoch's evidence in order, and counts by code of the copies that failed a check. */
export interface Collected {
  readonly evidence: readonly Evidence[];
  readonly unverified: Counts;
}

/**
 * Repeats the checks of ingest for each copy separately, so that an oracle that logs a forged signature or a report
 * outside its time window spoils only its own copy. A report that passes gets the lowest valid signature and the
 * earliest time of receipt.
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
    const found = mergeCopies(read, device, copies, rules, refuse);
    if (!found) continue;
    const { signature, epoch, receivedAt, copies: count } = found;
    const report = shareBytes(read.report, device, rules.network);
    evidence.push({ hash: read.hash, text, report, signature, epoch, receivedAt, copies: count });
  }
  return { evidence: evidence.sort(byDeviceAndStart), unverified };
}

/** Orders reports by device, start and report hash, never by arrival. This is the only order used. */
const byDeviceAndStart = (
  a: Pick<Evidence, 'hash' | 'report'>,
  b: Pick<Evidence, 'hash' | 'report'>,
): number => a.report.index - b.report.index || a.report.start - b.report.start || (a.hash < b.hash ? -1 : 1);

const NO_EXTRA = new Uint8Array(0);

/** Returns the report with references to arrays that exist anyway, which saves 600 bytes for each report. */
function shareBytes(report: Report, device: Device, network: Uint8Array): Report {
  const { owner, extra } = report;
  return {
    ...report,
    network,
    owner: equal(owner, device.owner) ? device.owner : owner,
    extra: extra.length > 0 ? extra : NO_EXTRA,
  };
}

/** Merges the valid copies of a report into one; returns undefined if there are none. */
function mergeCopies(
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
    const ownerReason = checkOwner(report, registry, epoch);
    const code =
      ownerReason ??
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
