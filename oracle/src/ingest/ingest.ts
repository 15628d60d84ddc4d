import { toHex } from '@commonwire/sdk/core';
import { decodeReport, reportHash, type SignedReport } from '@commonwire/sdk/device';
import { MAX_BATCH_REPORTS, type ReportBatchResult, type ReportResult } from '@commonwire/sdk/oracle';
import {
  type Admission,
  admit,
  explain,
  type LogEntry,
  type NetworkIdentity,
  type Policy,
  sortedCounts,
} from '../domain/index';
import type { BatchLog } from '../log/batch-log';
import type { RegistryReader } from '../registry/reader';
import { notReady, OracleError } from '../runtime/errors';
import type { OracleEmitter } from '../runtime/events';
import { RecentReports } from './recent';
import { RecentRefusals } from './refusals';
import { Seen } from './seen';

/** Maximum number of reports that may wait for the store at once; beyond that, devices are asked to retry. */
const MAX_IN_FLIGHT = 200 * MAX_BATCH_REPORTS;

/** The parts of an oracle that ingest needs. */
export interface IngestParts {
  readonly identity: Pick<NetworkIdentity, 'network'>;
  readonly policy: Policy;
  readonly log: Pick<BatchLog, 'append' | 'latest' | 'openEpoch' | 'refuse'>;
  readonly registry: Pick<RegistryReader, 'known'>;
  readonly events: Pick<OracleEmitter, 'emit'>;
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
  /** The last entry of the log that was read by {@link resume}. */
  private resumed: LogEntry | undefined;
  private inFlight = 0;
  /** Refusals that could not be counted yet, by code. */
  private uncounted: Record<string, number> = {};

  constructor(private readonly oracle: IngestParts) {}

  /**
   * Resumes after a killed process. Devices resend reports that were stored but not answered, so this remembers the
   * last stored ones, as many as can have been in flight, to avoid storing them twice. When called again, it reads what
   * other processes of this oracle have stored since.
   */
  async resume(): Promise<void> {
    let left = MAX_IN_FLIGHT;
    const entries: LogEntry[] = [];
    for await (const entry of this.oracle.log.latest()) {
      if (entry.hash === this.resumed?.hash) break;
      entries.push(entry);
      left -= entry.reports.length;
      if (left <= 0) break;
    }
    this.resumed = entries[0] ?? this.resumed;
    for (const { epoch, reports } of entries.reverse())
      for (const { report } of reports) {
        const bytes = new Uint8Array(Buffer.from(report, 'base64'));
        this.seen.add([toHex(reportHash(bytes))]);
        this.recent.add(decodeReport(bytes).index, { epoch, report });
      }
  }

  /**
   * Judges each report by the checks that need no history, stores the valid ones as one batch and returns the result of
   * each. When this resolves, every `accepted` report has been stored.
   * @throws OracleError with a retry time: `not-ready` before the network has been read or while too many reports wait;
   * `registry-behind` if one names a device beyond the registry as it was read so far, which may have been registered
   * since. The others of its batch are stored then, and are duplicates when they are sent again.
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
    const judged = reports.map((signed) => ({ signed, admission: this.judge(signed, open) }));
    const fresh = judged.filter(({ admission }) => keeps(admission) && this.seen.claim(admission.hash!));
    const known = judged.filter((report) => keeps(report.admission) && !fresh.includes(report));
    const place = await this.append(fresh);
    await Promise.all(known.map(({ admission }) => this.seen.stored(admission.hash!)));
    await this.countRefused(judged.map(({ admission }) => admission));
    const beyond = judged.find(({ admission }) => !admission.ok && admission.code === 'unknown-device');
    if (beyond) throw registryBehind(this.oracle.registry.known.in(open).deviceCount);
    const results = judged.map((report) => toResult(report.admission, known.includes(report)));
    this.tell(place ?? open, results);
    return { epoch: place ?? open, results };
  }

  private judge(signed: SignedReport, epoch: number): Admission {
    const { registry, identity, policy, now } = this.oracle;
    const { network } = identity;
    return admit({ signed, registry: registry.known.in(epoch), network, policy, receivedAt: now() });
  }

  private async append(
    fresh: readonly { signed: SignedReport; admission: Admission }[],
  ): Promise<number | undefined> {
    if (fresh.length === 0) return undefined;
    const hashes = fresh.map(({ admission }) => admission.hash!);
    try {
      const { epoch } = await this.oracle.log.append(fresh.map(({ signed }) => signed));
      this.seen.add(hashes);
      for (const { signed, admission } of fresh)
        this.recent.add(deviceOf(admission), { epoch, report: signed.report });
      return epoch;
    } catch (error) {
      this.seen.release(hashes, error);
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
/** The device of a report that is kept. */
const deviceOf = (admission: Admission): number =>
  admission.ok ? admission.device.index : admission.device!;

const keeps = (admission: Admission): boolean => admission.ok || admission.evidence;

function toResult(admission: Admission, known: boolean): ReportResult {
  if (!admission.ok) return { status: 'rejected', code: admission.code, reason: explain(admission.code) };
  return known
    ? { status: 'duplicate', code: 'duplicate', reason: explain('duplicate') }
    : { status: 'accepted' };
}
