import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PartSource } from '../../oracle/src/domain';

/** Parts in a temporary folder, since an oracle doesn't hold them in memory either. */
export class KeptParts {
  compressedBytes = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), 'commonwire-bench-parts-'));

  constructor() {
    process.once('exit', () => rmSync(this.folder, { recursive: true, force: true }));
  }

  readonly keep = async (sha256: string, compressed: Uint8Array): Promise<void> => {
    await writeFile(join(this.folder, sha256), compressed);
    this.compressedBytes += compressed.length;
  };

  /** Reads these parts and no others. */
  only(references: readonly { readonly sha256: string }[]): PartSource {
    const named = new Set(references.map(({ sha256 }) => sha256));
    return (sha256) => {
      if (!named.has(sha256)) throw new Error(`part ${sha256} is not needed`);
      return gunzipSync(readFileSync(join(this.folder, sha256)));
    };
  }
}
