import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OracleError, storeUnavailable } from '../runtime/errors';

/** LevelDB's write-ahead logs. What is in no log any more it has synced itself, in a table. */
const LOG = /^\d+\.log$/;

/**
 * Syncs what LevelDB has written to a folder. LevelDB hands each write to the operating system, at the end of its log,
 * before it answers; only when it begins another log, every few megabytes, does it sync by itself.
 */
export class FolderSync {
  private readonly logs = new Map<string, FileHandle>();
  /** Whether the folder has names of logs that may not be on disk. */
  private hasNewNames = false;

  /** @param opened opens a file or folder for syncing */
  constructor(
    private readonly folder: string,
    private readonly opened: (path: string) => Promise<FileHandle> = (path) => open(path, 'r'),
  ) {}

  /**
   * Resolves once everything that was answered before is on disk.
   * @throws OracleError `disk-failed` if that can't be known any more; `store-unavailable` if it could not be tried, as
   * when too many files are open
   */
  async sync(): Promise<void> {
    const names = await this.openLogs().catch((cause: unknown) => {
      throw storeUnavailable(cause);
    });
    try {
      for (const handle of this.logs.values()) await handle.datasync();
    } catch (cause) {
      throw diskFailed(cause);
    }
    if (this.hasNewNames) await this.syncNames();
    await this.forget((name) => !names.includes(name));
  }

  private async openLogs(): Promise<readonly string[]> {
    const names = (await readdir(this.folder)).filter((name) => LOG.test(name));
    for (const name of names) {
      if (this.logs.has(name)) continue;
      this.hasNewNames = true;
      const handle = await this.opened(join(this.folder, name)).catch(ifGone);
      if (handle) this.logs.set(name, handle);
    }
    return names;
  }

  private async syncNames(): Promise<void> {
    const handle = await this.opened(this.folder).catch((cause: unknown) => {
      throw storeUnavailable(cause);
    });
    try {
      await handle.sync();
      this.hasNewNames = false;
    } catch (cause) {
      throw diskFailed(cause);
    } finally {
      await handle.close();
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
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const diskFailed = (cause: unknown): OracleError =>
  new OracleError(
    'disk-failed',
    'what was written could not be synced to disk, so nothing more is acknowledged or signed until the oracle is started again: check its disk, and that there is room',
    { status: 503, cause },
  );

/** LevelDB has removed this log meanwhile: it is in a synced table. */
function ifGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
