import { open, rm } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is used of LevelDB's class, which has no types here since it is dynalite's. */
interface Level {
  readonly location: string;
}
type Method = (this: Level, ...args: unknown[]) => Promise<unknown>;
interface LevelClass {
  readonly prototype: Record<'put' | 'del' | 'batch' | 'open' | 'close', Method>;
}

const levelClass = (): LevelClass =>
  (createRequire(require.resolve('dynalite'))('level') as { Level: LevelClass }).Level;

/** Room that there must be before the database is opened again: it writes about as much then. */
const ROOM_BYTES = 4 * 1024 * 1024;
/** How often that is looked at while somebody wants to write, milliseconds. */
const LOOK_MS = 1_000;

const guards = new Map<string, LevelGuard>();
let patched = false;

/**
 * Keeps an embedded database usable when its disk is full, or can't be written for another reason.
 *
 * dynalite would throw what LevelDB throws where nobody can catch it; and LevelDB would go on with its log behind a record
 * that is there in part, after which it reads nothing when it is opened again. So after a write that failed nothing is
 * written, and reading goes on, until there is room: then LevelDB is opened anew, which ends its log properly.
 */
export class LevelGuard {
  private level: Level | undefined;
  private failure: Error | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private active = 0;
  private idle: (() => void) | undefined;
  private reopening: Promise<void> | undefined;
  private released = false;
  private lookedAt = Number.NEGATIVE_INFINITY;

  private constructor(private readonly path: string) {}

  /** Guards the database that dynalite will open in a folder. */
  static of(path: string): LevelGuard {
    patch();
    const guard = new LevelGuard(path);
    guards.set(resolve(path), guard);
    return guard;
  }

  /** Lets a server's requests wait while the database is being opened anew. */
  attend(server: Server): void {
    const [handle] = server.listeners('request') as ((
      request: IncomingMessage,
      response: ServerResponse,
    ) => void)[];
    server.removeAllListeners('request');
    server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
      while (this.reopening) await this.reopening;
      this.active++;
      response.once('close', () => {
        this.active--;
        if (this.active === 0) this.idle?.();
      });
      handle!(request, response);
    });
  }

  release(): void {
    this.released = true;
    if (guards.get(resolve(this.path)) === this) guards.delete(resolve(this.path));
  }

  /** Writes, one after another, so that none is acknowledged behind one that failed. */
  write(level: Level, work: () => Promise<unknown>): Promise<unknown> {
    this.level = level;
    const result = this.turn.then(async () => {
      if (this.failure) {
        this.look();
        throw this.failure;
      }
      try {
        return await work();
      } catch (error) {
        this.failure = asAnswer(error);
        throw this.failure;
      }
    });
    this.turn = result.catch(() => undefined);
    return result;
  }

  private look(): void {
    if (this.reopening || performance.now() - this.lookedAt < LOOK_MS) return;
    this.lookedAt = performance.now();
    void this.hasRoom().then((room) => {
      if (!room || this.reopening) return;
      this.reopening = this.reopen().finally(() => {
        this.reopening = undefined;
      });
    });
  }

  /** Whether a file can be written that is as large as what opening may write. */
  private async hasRoom(): Promise<boolean> {
    const path = join(this.path, '..', 'room-to-write');
    try {
      const file = await open(path, 'w');
      try {
        await file.writeFile(Buffer.alloc(ROOM_BYTES));
        await file.sync();
      } finally {
        await file.close();
      }
      return true;
    } catch {
      return false;
    } finally {
      await rm(path, { force: true }).catch(() => undefined);
    }
  }

  /** Requests wait meanwhile, also if it takes several tries. */
  private async reopen(): Promise<void> {
    if (this.active > 0)
      await new Promise<void>((done) => {
        this.idle = done;
      });
    // The class's own methods: dynalite has replaced the object's by what ends it for good.
    const { close, open } = levelClass().prototype;
    await close.apply(this.level!);
    while (!this.released) {
      try {
        await open.apply(this.level!);
        this.failure = undefined;
        return;
      } catch {
        await sleep(LOOK_MS);
      }
    }
  }
}

/** An error that dynalite passes on to its client as DynamoDB does when it fails itself. */
const asAnswer = (cause: unknown): Error => {
  const message = `the database can't be written: ${cause instanceof Error ? cause.message : cause}`;
  return Object.assign(new Error(message, { cause }), {
    statusCode: 500,
    body: { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message },
  });
};

/** Makes LevelDB's class of this process ask the guard of its folder, if there is one. */
function patch(): void {
  if (patched) return;
  patched = true;
  const { prototype } = levelClass();
  for (const name of ['put', 'del', 'batch'] as const) {
    const write = prototype[name];
    prototype[name] = function guarded(this: Level, ...args: unknown[]) {
      const guard = guards.get(resolve(this.location));
      return guard ? guard.write(this, () => write.apply(this, args)) : write.apply(this, args);
    };
  }
}
