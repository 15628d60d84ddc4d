import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OracleError } from '../runtime/errors';

/** LevelDB's write-ahead logs. What is in no log any more it has synced itself, in a table. */
const LOG = /^\d+\.log$/;

/**
 * Syncs what LevelDB has written to a folder. LevelDB hands each write to the operating system, at the end of its log,
 * before it answers; only when it begins another log, every few megabytes, does it sync by itself.
 */
export class FolderSync {
  private readonly logs = new Map<string, FileHandle>();

  /** @param opened opens a file or folder for syncing */
  constructor(
    private readonly folder: string,
    private readonly opened: (path: string) => Promise<FileHandle> = (path) => open(path, 'r'),
  ) {}

  /** Resolves once everything that was answered before is on disk. @throws OracleError `disk-failed` */
  async sync(): Promise<void> {
    try {
      const names = (await readdir(this.folder)).filter((name) => LOG.test(name));
      let isNew = false;
      for (const name of names) {
        if (this.logs.has(name)) continue;
        const handle = await this.opened(join(this.folder, name)).catch(ifGone);
        if (handle) this.logs.set(name, handle);
        isNew = true;
      }
      for (const handle of this.logs.values()) await handle.datasync();
      if (isNew) await syncFolder(this.folder, this.opened);
      await this.forget((name) => !names.includes(name));
    } catch (cause) {
      throw new OracleError(
        'disk-failed',
        `what was written to ${this.folder} could not be synced to disk, so nothing more is acknowledged or signed: check the disk and restart`,
        { status: 503, cause },
      );
    }
  }

  close(): Promise<void> {
    return this.forget(() => true);
  }

  private async forget(isOver: (name: string) => boolean): Promise<void> {
    for (const [name, handle] of this.logs)
      if (isOver(name)) {
        this.logs.delete(name);
        await handle.close();
      }
  }
}

/** Makes the names in a folder survive a power cut. */
export async function syncFolder(
  folder: string,
  opened: (path: string) => Promise<FileHandle> = (path) => open(path, 'r'),
): Promise<void> {
  const handle = await opened(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** LevelDB has removed this log meanwhile: it is in a synced table. */
function ifGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
