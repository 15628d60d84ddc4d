import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Keypair } from '@solana/web3.js';

/** A temporary folder for the files that commands read. */
export class Files {
  private readonly folder = mkdtempSync(join(tmpdir(), 'commonwire-cli-'));
  private count = 0;

  /** Writes a key file. */
  key = (key: Keypair): string => this.json([...key.secretKey]);

  /** Writes a file with this value as JSON. */
  json(value: unknown): string {
    this.count += 1;
    const file = join(this.folder, `${this.count}.json`);
    writeFileSync(file, JSON.stringify(value));
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
