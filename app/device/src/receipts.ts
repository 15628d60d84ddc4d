import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs';
import { toHex } from '@commonwire/sdk/core';
import { type AcceptedReport, isReceiptFor, type KeptReceipt, type Receipt } from '@commonwire/sdk/oracle';

/** A file that reaches this size becomes the older one, and the one before that is dropped: years of an honest device. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The receipts of an agent in a file of JSON lines beside its outbox, and in an older one. */
export class ReceiptFile {
  constructor(
    private readonly file: string,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  /** Keeps a receipt if it proves what it should. @returns whether it does */
  keep(
    network: { toBytes(): Uint8Array; toBase58(): string },
    receipt: Receipt,
    reports: readonly AcceptedReport[],
  ): boolean {
    if (!isReceiptFor(network.toBytes(), receipt, reports)) return false;
    const kept = reports.map(({ device, hash }) => ({ device, hash: toHex(hash) }));
    const line: KeptReceipt = { network: network.toBase58(), reports: kept, receipt };
    if (existsSync(this.file) && statSync(this.file).size >= this.maxBytes)
      renameSync(this.file, `${this.file}.older`);
    appendFileSync(this.file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    return true;
  }
}
