import { readFileSync } from 'node:fs';
import {
  type AnyManifest,
  isCommitted,
  type LogHead,
  parseAnyManifest,
  readPage,
  shardOf,
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
  private readonly runs = new Map<string, Promise<ReadonlySet<string>>>();
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
    const accepted = reports.map(({ device, hash }) => ({ device, hash: fromHex(hash) }));
    if (!isReceiptFor(this.network, receipt, accepted))
      return told('invalid', 'the oracle has not signed this for these reports in this network');
    const { oracle, epoch, lane, sequence } = receipt;
    const listing = await this.listing(oracle, epoch);
    if (!listing)
      return (await this.isPassed(oracle, epoch))
        ? told('dropped', `the oracle's log of epoch ${epoch} is in no dataset, and a later one of it is`)
        : told('pending', `no promoted epoch lists the oracle's log of epoch ${epoch} so far`);
    const place = `entry ${sequence} of lane ${lane} in its log of epoch ${epoch}`;
    for (const { device, hash } of reports)
      if (!(await this.run(listing.head, shardOf(device))).has(hash))
        return told(
          'dropped',
          `the oracle signed that report ${hash} of device ${device} is in ${place}, and the log that it sealed lacks it`,
        );
    const counted = await this.reportsOf(listing.in);
    const left = reports.find(({ hash }) => !counted.has(hash));
    if (left)
      return told(
        'left-out',
        `report ${left.hash} is in the log and not in the dataset of epoch ${listing.in.epoch}: it came too late or the device sent too many, or it was left out`,
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

  private run(head: LogHead, shard: number): Promise<ReadonlySet<string>> {
    const key = `${head.signature}:${shard}`;
    const reading = this.runs.get(key) ?? this.readRun(head, shard);
    this.runs.set(key, reading);
    return reading;
  }

  /** The hashes of the reports in a shard's run, which a listed head commits to: nobody can have another. */
  private async readRun(head: LogHead, shard: number): Promise<ReadonlySet<string>> {
    const { epoch } = head;
    const { runs } = await this.oracle.log(epoch, { oracle: head.oracle });
    if (!isCommitted({ head, runs }))
      throw new CliError(
        'dataset-missing',
        `${this.oracle.url} doesn't serve the log of ${head.oracle} for epoch ${epoch} that the dataset lists; name another oracle`,
      );
    const found = new Set<string>();
    for (const name of runs.find((run) => run.shard === shard)?.pages ?? [])
      for (const { bytes } of readPage(await this.part(epoch, name))) found.add(toHex(reportHash(bytes)));
    return found;
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
