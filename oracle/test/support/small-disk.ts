import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIZE = '24m';

type Put = (...args: unknown[]) => Promise<unknown>;

/**
 * A folder on a disk that a test can fill: a tmpfs of a few megabytes where this process may mount one (root on Linux),
 * otherwise a folder whose LevelDB fails as it does when the system says ENOSPC.
 */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'commonwire-disk-'));
  /** Whether it is a disk of its own, so that what fails is real. */
  readonly isReal: boolean;
  private readonly prototype: Record<string, Put>;
  private readonly put: Put;

  constructor() {
    const mount = ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', this.folder];
    this.isReal = process.platform === 'linux' && spawnSync('mount', mount).status === 0;
    const fromDynalite = createRequire(require.resolve('dynalite'));
    this.prototype = (fromDynalite('level') as { Level: { prototype: Record<string, Put> } }).Level.prototype;
    this.put = this.prototype._put!;
  }

  fill(): void {
    if (!this.isReal) {
      this.prototype._put = async () => {
        throw new Error('IO error: No space left on device');
      };
      return;
    }
    const file = openSync(this.ballast, 'a');
    for (let bytes = 1024 * 1024; bytes >= 512; )
      try {
        writeSync(file, Buffer.alloc(bytes));
      } catch {
        bytes /= 2;
      }
    closeSync(file);
  }

  makeRoom(): void {
    this.prototype._put = this.put;
    rmSync(this.ballast, { force: true });
  }

  remove(): void {
    this.makeRoom();
    if (this.isReal) spawnSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }
}
