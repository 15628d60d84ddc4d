import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Keypair } from '@solana/web3.js';

/** A temporary folder for the files that commands read. */
export class Files {
  readonly folder = mkdtempSync(join(tmpdir(), 'commonwire-cli-'));
  private count = 0;

  /** Writes a key file that its owner alone can read. */
  key = (key: Keypair): string => this.json([...key.secretKey], 0o600);

  /** Writes a file with this value as JSON. */
  json(value: unknown, mode = 0o644): string {
    this.count += 1;
    const file = join(this.folder, `${this.count}.json`);
    writeFileSync(file, JSON.stringify(value), { mode });
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
