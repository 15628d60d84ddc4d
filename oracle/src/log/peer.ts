import { setTimeout as sleep } from 'node:timers/promises';
import { OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';

/** Errors of a peer that answers something else than an oracle does, or nothing in the time that it has. */
const MISBEHAVIOUR = ['too-large', 'too-complex', 'timeout'];
/** So many are forgiven, since a peer may be busy or be restarted. */
const FORGIVEN = 2;
/** How long a peer isn't asked after the next one, which doubles with each, up to the most; milliseconds. */
const PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 30_000;
/** After so long without another one, all are forgiven. */
const FORGET_MS = 300_000;
/** Errors of a peer that asks to wait, and the most seconds that are waited for it. */
const BUSY = ['too-many-requests', 'busy'];
const MOST_WAIT_SECONDS = 5;

/**
 * Another oracle. It isn't asked for a while after it has misbehaved, so that what it costs is bounded: it may well be
 * hostile. A good answer to one question doesn't make up for that, since a hostile peer would choose which to answer well.
 */
export class Peer extends OracleClient {
  private faults = 0;
  private faultAt = Number.NEGATIVE_INFINITY;

  /** Whether it isn't asked at present. */
  get isPaused(): boolean {
    return performance.now() < this.faultAt + this.pauseMs;
  }

  /** Notes an answer whose bytes aren't what was asked for, which only its asker can tell. */
  misbehaved(): void {
    const now = performance.now();
    this.faults = now - this.faultAt > FORGET_MS ? 1 : this.faults + 1;
    this.faultAt = now;
  }

  protected override async ask<T>(work: () => Promise<T>): Promise<T> {
    if (this.isPaused)
      throw new OracleRequestError(
        'backing-off',
        `${this.url} has misbehaved ${this.faults} times and is not asked for up to ${this.pauseMs / 1000} s`,
        0,
      );
    for (const end = performance.now() + MOST_WAIT_SECONDS * 1000; ; ) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof OracleRequestError)) throw error;
        const waitMs = BUSY.includes(error.code) ? (error.retryAfter ?? 1) * 1000 : Number.POSITIVE_INFINITY;
        if (performance.now() + waitMs > end) {
          this.note(error);
          throw error;
        }
        await sleep(waitMs);
      }
    }
  }

  private get pauseMs(): number {
    return this.faults > FORGIVEN
      ? Math.min(MOST_PAUSE_MS, PAUSE_MS * 2 ** (this.faults - FORGIVEN - 1))
      : Number.NEGATIVE_INFINITY;
  }

  private note({ code, status }: OracleRequestError): void {
    if (!MISBEHAVIOUR.includes(code) && !(code === 'bad-answer' && status === 200)) return;
    this.misbehaved();
  }
}
