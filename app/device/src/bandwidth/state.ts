import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { lockFile } from '../lock';
import { bytesOf } from './counts';
import { SessionError } from './errors';
import type { Meter } from './meter';
import { decimal, signatureText } from './protocol';

/** The last voucher of an order. */
export interface LastVoucher {
  units: bigint;
  cost: bigint;
  /** base64 */
  signature: string;
}

const voucherFile = z.object({
  version: z.literal(1),
  birth: decimal,
  units: decimal,
  cost: decimal,
  signature: signatureText,
});

/** The count is written each time it has grown by so much. */
const COUNT_BYTES = 250_000;

/**
 * What one side of a session remembers of an order, in two files. The voucher is synced to disk before anybody acts on it. The
 * count of bytes only has to survive the process, so it isn't synced: after a power cut it is that of the last voucher.
 */
export class SessionState {
  private voucher?: LastVoucher;
  private counted = 0;
  private readonly unlock: () => void;
  private readonly file: string;

  /**
   * Opens or creates the state of the order at an address.
   * @throws SessionError `state_corrupt`; DeviceError `outbox_locked` if another process has it open
   */
  constructor(
    private readonly folder: string,
    order: string,
    private readonly birth: bigint,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.file = join(folder, `${order}.voucher`);
    this.unlock = lockFile(this.file);
    try {
      this.read();
    } catch (error) {
      this.unlock();
      throw error;
    }
  }

  get last(): LastVoucher | undefined {
    return this.voucher;
  }

  /** Bytes that had passed when it was last written, at least those of the last voucher. */
  get bytes(): number {
    return Math.max(this.counted, bytesOf(this.voucher?.units ?? 0n));
  }

  /** Keeps a voucher: it is on disk when this returns. */
  keep(voucher: LastVoucher): void {
    const { units, cost, signature } = voucher;
    const text = { version: 1, birth: `${this.birth}`, units: `${units}`, cost: `${cost}`, signature };
    replace(this.file, JSON.stringify(text), true);
    syncFolder(this.folder);
    this.voucher = voucher;
  }

  /** Writes the meter's count from time to time. Returns a function that writes it a last time. */
  follow(meter: Meter): () => void {
    const write = () => {
      this.counted = meter.bytes;
      replace(this.countFile, `${this.birth} ${this.counted}`, false);
    };
    const unwatch = meter.watch(() => {
      if (meter.bytes - this.counted >= COUNT_BYTES) write();
    });
    return () => {
      unwatch();
      write();
    };
  }

  close(): void {
    this.unlock();
  }

  private get countFile(): string {
    return `${this.file}.count`;
  }

  private read(): void {
    if (existsSync(this.file)) {
      const found = parse(this.file);
      // An order that was made again at the same address begins at zero.
      if (found.birth === this.birth) this.voucher = found;
    }
    const text = existsSync(this.countFile) ? readFileSync(this.countFile, 'utf8') : '';
    const [, birth, bytes] = /^(\d{1,20}) (\d{1,15})$/.exec(text) ?? [];
    if (birth === `${this.birth}`) this.counted = Number(bytes);
  }
}

function parse(file: string): z.output<typeof voucherFile> {
  try {
    return voucherFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const what = 'is not the state of a session; keep it, and continue in another folder';
    throw new SessionError('state_corrupt', `${file} ${what}`, { cause });
  }
}

function replace(file: string, text: string, synced: boolean): void {
  const fresh = `${file}.new`;
  const descriptor = openSync(fresh, 'w', 0o600);
  try {
    writeFileSync(descriptor, text);
    if (synced) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
}

/** A rename is durable only after its folder is synced. On Windows, folders can't be opened. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
