import { readFileSync } from 'node:fs';
import {
  type AnyManifest,
  isCommitted,
  type Log,
  type LogEntry,
  type LogHead,
  parseAnyManifest,
} from '@commonwire/oracle/domain';
import { fromBase64, fromHex, sha256, toHex } from '@commonwire/sdk/core';
import { reportHash } from '@commonwire/sdk/device';
import {
  isReceiptFor,
  type KeptReceipt,
  keptReceiptSchema,
  type OracleClient,
  OracleRequestError,
} from '@commonwire/sdk/oracle';
import { CliError } from '../errors';

/** What became of the reports that a receipt is for. */
export interface Found {
  readonly receipt: KeptReceipt['receipt'];
  readonly reports: number;
  /**
   * `counted`: in the log and the dataset. `pending`: no promoted dataset can have the log yet. `dropped`: the oracle's log,
   * or the log as a whole, lacks what it signed for. `left-out`: in the log, and not in the dataset. `invalid`: no receipt.
   */
  readonly outcome: 'counted' | 'pending' | 'dropped' | 'left-out' | 'invalid';
  readonly detail: string;
}

/** Reads an agent's receipts, oldest first. A last line that a crash cut off is left out. @throws CliError `bad-file` */
export function readReceipts(file: string): KeptReceipt[] {
  const bad = (why: string, cause: unknown) => new CliError('bad-file', `${file}${why}`, { cause });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw bad(` can't be read: ${(cause as Error).message}`, cause);
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, i) => {
      try {
        return keptReceiptSchema.parse(JSON.parse(line));
      } catch (cause) {
        throw bad(`:${i + 1} is no receipt of a device agent`, cause);
      }
    });
}

/** A promoted epoch's manifest. */
interface Published {
  readonly epoch: number;
  readonly manifest: AnyManifest;
}

/** Holds receipts against what was published. Trusts the hash on chain, and nothing that an oracle says. */
export class ReceiptCheck {
  private published: readonly Published[] | undefined;
  private readonly logs = new Map<string, Promise<readonly LogEntry[]>>();
  private readonly counted = new Map<number, Promise<ReadonlySet<string>>>();

  /** @param current the current epoch and its dataset's hash, as the chain has them */
  constructor(
    private readonly oracle: OracleClient,
    private readonly network: Uint8Array,
    private readonly current: { readonly epoch: number; readonly datasetHash: Uint8Array },
    private readonly since: number,
  ) {}

  /** @throws CliError `dataset-missing`, `bad-file`; OracleRequestError */
  async examine({ receipt, reports }: KeptReceipt): Promise<Found> {
    const told = (outcome: Found['outcome'], detail: string): Found => ({
      receipt,
      reports: reports.length,
      outcome,
      detail,
    });
    if (!isReceiptFor(this.network, receipt, reports.map(fromHex)))
      return told('invalid', 'the oracle has not signed this for these reports in this network');
    const { oracle, epoch, sequence, entry: hash } = receipt;
    const listing = await this.listing(oracle, epoch);
    if (!listing)
      return (await this.isPassed(oracle, epoch))
        ? told('dropped', `the oracle's log of epoch ${epoch} is in no dataset, and a later one of it is`)
        : told('pending', `no promoted epoch lists the oracle's log of epoch ${epoch} so far`);
    const entries = await this.log(listing.head);
    const entry = entries[sequence];
    const inLog = `entry ${sequence} of the log that the oracle sealed for epoch ${epoch}`;
    if (!entry)
      return told('dropped', `the oracle signed for ${inLog}, and that has ${entries.length} entries`);
    if (entry.hash !== hash)
      return told('dropped', `the oracle signed for ${inLog} as ${hash}, and it is ${entry.hash}`);
    const there = new Set(entry.reports.map(({ report }) => hashOf(report)));
    const missing = reports.find((report) => !there.has(report));
    if (missing)
      return told('dropped', `the oracle signed that report ${missing} is in ${inLog}, and it is not`);
    const counted = await this.reportsOf(listing.in);
    const left = reports.filter((report) => !counted.has(report));
    if (left.length > 0)
      return told(
        'left-out',
        `report ${left[0]} is in ${inLog} and not in the dataset of epoch ${listing.in.epoch}: it came too late or the device sent too many, or it was left out`,
      );
    return told('counted', `in the log, and judged in epoch ${listing.in.epoch}`);
  }

  /** The epoch whose dataset lists an oracle's log, and the log's head. */
  private async listing(
    oracle: string,
    epoch: number,
  ): Promise<{ in: Published; head: LogHead } | undefined> {
    for (const one of await this.manifests()) {
      const head = one.manifest.logs.find((log) => log.oracle === oracle && log.epoch === epoch);
      if (head) return { in: one, head };
    }
    return undefined;
  }

  /** Whether a log of a later epoch was listed: an oracle's logs are listed in order. */
  private async isPassed(oracle: string, epoch: number): Promise<boolean> {
    const [latest] = await this.manifests();
    return latest?.manifest.heads.some((head) => head.oracle === oracle && head.epoch > epoch) ?? false;
  }

  /** The manifests from the current one back to the first that can list a receipt's log, each named by the next. */
  private async manifests(): Promise<readonly Published[]> {
    if (this.published) return this.published;
    const found: Published[] = [];
    let hash: string | null = this.current.epoch > 0 ? toHex(this.current.datasetHash) : null;
    for (let { epoch } = this.current; hash !== null && epoch >= this.since; epoch--) {
      const manifest = parseAnyManifest(await this.part(epoch, hash));
      found.push({ epoch, manifest });
      hash = manifest.previous;
    }
    this.published = found;
    return found;
  }

  private async part(epoch: number, hash: string): Promise<Uint8Array> {
    const bytes = await this.oracle.part(epoch, hash).catch((cause: unknown) => {
      if (!(cause instanceof OracleRequestError) || cause.status !== 404) throw cause;
      throw new CliError(
        'dataset-missing',
        `${this.oracle.url} doesn't serve ${hash} of epoch ${epoch}; name another oracle with --oracle`,
        { cause },
      );
    });
    if (toHex(sha256(bytes)) === hash) return bytes;
    throw new CliError('bad-file', `${this.oracle.url} serves other bytes as ${hash}; name another oracle`);
  }

  private log(head: LogHead): Promise<readonly LogEntry[]> {
    const key = `${head.oracle}:${head.epoch}`;
    const reading = this.logs.get(key) ?? this.readLog(head);
    this.logs.set(key, reading);
    return reading;
  }

  /** The entries that a listed head commits to: nobody can have others. */
  private async readLog(head: LogHead): Promise<readonly LogEntry[]> {
    const entries: LogEntry[] = [];
    for (let from: number | null = 0; from !== null; ) {
      const slice: Awaited<ReturnType<OracleClient['log']>> = await this.oracle.log(head.epoch, {
        from,
        oracle: head.oracle,
      });
      entries.push(...slice.entries);
      from = slice.entries.length > 0 && entries.length < head.entries ? slice.next : null;
    }
    const log: Log = { head, entries };
    if (isCommitted(this.network, log)) return entries;
    throw new CliError(
      'dataset-missing',
      `${this.oracle.url} doesn't serve the log of ${head.oracle} for epoch ${head.epoch} that the dataset lists; name another oracle`,
    );
  }

  private reportsOf(published: Published): Promise<ReadonlySet<string>> {
    const { epoch } = published;
    const reading = this.counted.get(epoch) ?? this.readReports(published);
    this.counted.set(epoch, reading);
    return reading;
  }

  private async readReports({ epoch, manifest }: Published): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const { sha256: name } of manifest.parts.reports) {
      const lines = new TextDecoder().decode(await this.part(epoch, name)).split('\n');
      for (const line of lines)
        if (line !== '') found.add(hashOf((JSON.parse(line) as { report: string }).report));
    }
    return found;
  }
}

const hashOf = (report: string): string => toHex(reportHash(fromBase64(report)));
