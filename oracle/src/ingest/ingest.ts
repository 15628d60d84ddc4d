import { fromBase64, fromHex, toHex } from '@commonwire/sdk/core';
import { decodeReport, reportHash, type SignedReport } from '@commonwire/sdk/device';
import {
  MAX_BATCH_REPORTS,
  type ReportBatchResult,
  type ReportResult,
  receiptLeaf,
} from '@commonwire/sdk/oracle';
import {
  type Admission,
  admit,
  beginningAt,
  deviceTime,
  explain,
  type NetworkIdentity,
  type Policy,
  type PreviousState,
  type ReasonCode,
  sortedCounts,
} from '../domain/index';
import { type Rate, Rates } from '../edge/rates';
import { tooMany } from '../edge/slots';
import type { Appended, BatchLog } from '../log/batch-log';
import type { LatestEntry } from '../log/latest';
import type { RegistryReader } from '../registry/reader';
import { notReady, OracleError } from '../runtime/errors';
import type { OracleEmitter } from '../runtime/events';
import { DEVICE_RATE, DeviceLimits, MOST_DEVICES, type Place } from './limits';
import { RecentReports } from './recent';
import { RecentRefusals } from './refusals';
import { Seen } from './seen';

/** Maximum number of reports that may wait for the store at once; beyond that, devices are asked to retry. */
const MAX_IN_FLIGHT = 200 * MAX_BATCH_REPORTS;

/** Lanes of which it is remembered how far they were read. */
const MAX_LANES = 10_000;

/** The parts of an oracle that ingest needs. */
export interface IngestParts {
  readonly identity: Pick<NetworkIdentity, 'network'>;
  readonly policy: Policy;
  readonly log: Pick<BatchLog, 'append' | 'latest' | 'openEpoch' | 'refuse'>;
  readonly registry: Pick<RegistryReader, 'known'>;
  /** The outcome of the epoch that is current, as far as this process has read it. */
  readonly promoted: { readonly state: PreviousState | undefined };
  readonly events: Pick<OracleEmitter, 'emit'>;
  /** What a device may send; {@link DEVICE_RATE} if absent. */
  readonly deviceRate?: Rate;
  /** The real clock, milliseconds. */
  readonly now: () => number;
}

/** Takes in reports for one oracle: judges them, stores the batch, then answers. */
export class Ingest {
  /** Recent refusals by device. */
  readonly refusals = new RecentRefusals();
  /** Stored reports whose epochs aren't closed yet. */
  readonly recent = new RecentReports();
  private readonly seen = new Seen();
  private readonly limits: DeviceLimits;
  private readonly rate: Rate;
  private readonly rates: Rates<number>;
  /** How many entries of a lane were read by {@link resume}, by its name. */
  private readonly resumed = new Map<string, number>();
  private inFlight = 0;
  /** Refusals that could not be counted yet, by code. */
  private uncounted: Record<string, number> = {};

  constructor(private readonly oracle: IngestParts) {
    this.limits = new DeviceLimits(oracle.policy);
    this.rate = oracle.deviceRate ?? DEVICE_RATE;
    this.rates = new Rates(this.rate, MOST_DEVICES);
  }

  /**
   * Resumes after a killed process. Devices resend reports that were stored but not answered, so this remembers the
   * last stored ones, as many as can have been in flight, to avoid storing them twice. When called again, it reads what
   * other processes of this oracle have stored since.
   */
  async resume(): Promise<void> {
    let left = MAX_IN_FLIGHT;
    const entries: LatestEntry[] = [];
    for await (const entry of this.oracle.log.latest(this.resumed)) {
      entries.push(entry);
      left -= entry.reports.length;
      if (left <= 0) break;
    }
    for (const { epoch, lane, sequence, reports } of entries.reverse()) {
      this.remember(lane, sequence + 1);
      for (const { bytes } of reports) {
        const { index, start } = decodeReport(bytes);
        this.seen.add([toHex(reportHash(bytes))]);
        this.limits.add({ epoch, device: index, start }, this.deviceNow());
        this.recent.add(index, { epoch, report: Buffer.from(bytes).toString('base64') });
      }
    }
  }

  private remember(lane: string, entries: number): void {
    this.resumed.delete(lane);
    this.resumed.set(lane, entries);
    if (this.resumed.size > MAX_LANES) this.resumed.delete(this.resumed.keys().next().value!);
  }

  /**
   * Judges each report by the checks that need no history, stores the valid ones as one batch and returns the result of
   * each. When this resolves, every `accepted` report has been stored.
   * @throws OracleError with a retry time: `not-ready` before the network has been read or while too many reports wait;
   * `registry-behind` if one names a device beyond the registry as it was read so far, which may have been registered
   * since; `too-many-requests` if a device sends faster than {@link DEVICE_RATE}. The others of its batch are stored then,
   * and are duplicates when they are sent again.
   */
  async submit(reports: readonly SignedReport[]): Promise<ReportBatchResult> {
    if (this.inFlight + reports.length > MAX_IN_FLIGHT)
      throw notReady('too many reports are waiting to be stored', 1);
    this.inFlight += reports.length;
    try {
      return await this.store(reports);
    } finally {
      this.inFlight -= reports.length;
    }
  }

  private async store(reports: readonly SignedReport[]): Promise<ReportBatchResult> {
    const open = await this.oracle.log.openEpoch();
    if (open === undefined) throw notReady('the oracle has not read the network from the chain yet');
    const judged = reports.map((signed) => this.judge(signed, open));
    const fresh = judged.filter((one): one is Fresh => one.fate === 'fresh');
    const known = judged.filter(({ fate }) => fate === 'known');
    const place = await this.append(fresh);
    await Promise.all(known.map(({ admission }) => this.seen.stored(admission.hash!)));
    await this.countRefused(judged.map(({ admission }) => admission));
    const beyond = judged.find(({ admission }) => !admission.ok && admission.code === 'unknown-device');
    if (beyond) throw registryBehind(this.oracle.registry.known.in(open).deviceCount);
    const early = judged.filter((one): one is Early => one.fate === 'early');
    if (early.length > 0) throw tooFast(early, this.rate);
    const results = judged.map(toResult);
    const { epoch = open, receipt } = place ?? {};
    this.tell(epoch, results);
    return { epoch, results, ...(receipt && { receipt }) };
  }

  /** Judges a report, and reserves it for storing if it is to be stored. */
  private judge(signed: SignedReport, epoch: number): Judged {
    const { registry, identity, policy, now } = this.oracle;
    const { network } = identity;
    const admission = admit({
      signed,
      registry: registry.known.in(epoch),
      network,
      policy,
      receivedAt: now(),
    });
    if (!keeps(admission)) return { signed, admission, fate: 'refused' };
    const hash = admission.hash!;
    const [device, start] = admission.ok
      ? [admission.report.index, admission.report.start]
      : [admission.device!, admission.start!];
    const refuse = (code: ReasonCode): Judged => ({
      signed,
      admission: { ok: false, code, device, hash, evidence: false },
      fate: 'refused',
    });
    const { state } = this.oracle.promoted;
    const remembered = beginningAt(state?.devices.get(device)?.recent ?? [], start);
    if (remembered.some((one) => one.hash === hash)) return { signed, admission, fate: 'known' };
    if (state && start < state.horizon) return refuse('too-old');
    if (!this.seen.claim(hash)) return { signed, admission, fate: 'known' };
    const place = { epoch, device, start };
    if (this.rates.take(device, 1) > 0) {
      this.seen.release([hash]);
      return { signed, admission, fate: 'early', device };
    }
    if (this.limits.take(place, this.deviceNow(), remembered.length))
      return { signed, admission, fate: 'fresh', place };
    this.seen.release([hash]);
    return refuse('too-many-reports');
  }

  /** Device time, unix seconds. */
  private deviceNow(): number {
    return deviceTime(this.oracle.policy, this.oracle.now()) / 1000;
  }

  private async append(fresh: readonly Fresh[]): Promise<Appended | undefined> {
    if (fresh.length === 0) return undefined;
    const hashes = fresh.map(({ admission }) => admission.hash!);
    const accepted = fresh.flatMap(({ admission }) =>
      admission.ok ? [{ device: admission.device.index, hash: fromHex(admission.hash) }] : [],
    );
    const leaf = accepted.length > 0 ? receiptLeaf(accepted) : undefined;
    try {
      const place = await this.oracle.log.append(
        fresh.map(({ signed: { report, signature } }) => ({
          bytes: fromBase64(report),
          signature: fromBase64(signature),
        })),
        leaf,
      );
      const { epoch } = place;
      this.seen.add(hashes);
      for (const { signed, place } of fresh) this.recent.add(place.device, { epoch, report: signed.report });
      return place;
    } catch (error) {
      this.seen.release(hashes, error);
      this.limits.release(fresh.map(({ place }) => place));
      throw error;
    }
  }

  private async countRefused(admissions: readonly Admission[]): Promise<void> {
    const counts = this.uncounted;
    this.uncounted = {};
    for (const admission of admissions) {
      if (admission.ok) continue;
      if (admission.device !== undefined)
        this.refusals.add(admission.device, this.oracle.now(), admission.code);
      if (!admission.evidence) counts[admission.code] = (counts[admission.code] ?? 0) + 1;
    }
    if (Object.keys(counts).length === 0) return;
    try {
      await this.oracle.log.refuse(counts);
    } catch {
      // The reports are stored, which is what the answer acknowledges: the counts wait for the next batch.
      for (const [code, count] of Object.entries(counts))
        this.uncounted[code] = (this.uncounted[code] ?? 0) + count;
    }
  }

  private tell(epoch: number, results: readonly ReportResult[]): void {
    const rejected: Record<string, number> = {};
    for (const { status, code } of results)
      if (status === 'rejected') rejected[code!] = (rejected[code!] ?? 0) + 1;
    const count = (status: string) => results.filter((result) => result.status === status).length;
    this.oracle.events.emit('batch', {
      epoch,
      accepted: count('accepted'),
      duplicate: count('duplicate'),
      rejected: sortedCounts(rejected),
    });
  }
}

/** Seconds: registrations are read from finalized blocks, every few seconds. */
const REGISTRY_RETRY = 10;

const registryBehind = (devices: number): OracleError =>
  new OracleError(
    'registry-behind',
    `a report names a device beyond the ${devices} that this oracle has read from the chain so far; if it was registered a moment ago, send the report again`,
    { status: 503, retryAfter: REGISTRY_RETRY },
  );

/** The one that sent most has to wait until there is room for all that it sent. */
function tooFast(early: readonly Early[], { perSecond }: Rate): OracleError {
  const counts = new Map<number, number>();
  for (const { device } of early) counts.set(device, (counts.get(device) ?? 0) + 1);
  const [device, count] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
  const seconds = Math.ceil(count / perSecond);
  const message = `device ${device} sends new reports faster than they are taken in; send the batch again in ${seconds} s`;
  return tooMany(message, seconds);
}

/** A report and what becomes of it. */
type Judged = { readonly signed: SignedReport; readonly admission: Admission } & (
  | { readonly fate: 'known' | 'refused' }
  | { readonly fate: 'fresh'; readonly place: Place }
  /** Its device has to wait. */
  | { readonly fate: 'early'; readonly device: number }
);
type Fresh = Extract<Judged, { fate: 'fresh' }>;
type Early = Extract<Judged, { fate: 'early' }>;

const keeps = (admission: Admission): boolean => admission.ok || admission.evidence;

function toResult({ admission, fate }: Judged): ReportResult {
  if (!admission.ok) return { status: 'rejected', code: admission.code, reason: explain(admission.code) };
  return fate === 'known'
    ? { status: 'duplicate', code: 'duplicate', reason: explain('duplicate') }
    : { status: 'accepted' };
}
