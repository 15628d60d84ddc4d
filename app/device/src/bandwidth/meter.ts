import { Transform } from 'node:stream';
import { SessionError } from './errors';

/** Counts a session's bytes, in both directions, and holds them back at a limit. */
export class Meter {
  private waiting: { admit: () => void; refuse: (error: Error) => void }[] = [];
  private watchers = new Set<() => void>();
  private closedBy?: Error;

  constructor(
    private total: number,
    private limit = Number.POSITIVE_INFINITY,
  ) {}

  /** Bytes so far. */
  get bytes(): number {
    return this.total;
  }

  /** Whether nothing more passes until the limit is raised. */
  get isFull(): boolean {
    return this.total >= this.limit;
  }

  /** Counts bytes as soon as they may pass. One chunk may exceed the limit. @throws the error that closed the meter */
  async pass(bytes: number): Promise<void> {
    while (this.isFull && !this.closedBy)
      await new Promise<void>((admit, refuse) => this.waiting.push({ admit, refuse }));
    if (this.closedBy) throw this.closedBy;
    this.total += bytes;
    for (const watcher of this.watchers) watcher();
  }

  /** Lets bytes pass up to a new total. */
  raise(limit: number): void {
    this.limit = limit;
    for (const { admit } of this.waiting.splice(0)) admit();
  }

  /** Refuses whatever comes. */
  close(error: Error): void {
    this.closedBy ??= error;
    for (const { refuse } of this.waiting.splice(0)) refuse(this.closedBy);
    for (const watcher of this.watchers) watcher();
  }

  /** Calls `watcher` after each chunk and when the meter is closed, until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Resolves once `isDone`, or after `milliseconds`. */
  async until(isDone: () => boolean, milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (isDone() || this.closedBy || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        unwatch();
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, milliseconds);
      const unwatch = this.watch(() => {
        if (isDone() || this.closedBy) finish();
      });
      signal?.addEventListener('abort', finish, { once: true });
    });
  }

  /** A stream that counts what passes through it. */
  stream(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.pass(chunk.length).then(
          () => done(null, chunk),
          (error) => done(error),
        );
      },
    });
  }
}

/** The error of a session that somebody ended. */
export const closed = (why: string): SessionError =>
  new SessionError('session_closed', `the session has ended: ${why}`);
