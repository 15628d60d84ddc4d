import { OracleError } from '../runtime/errors';
import type { Limits } from './limits';

/** The most milliseconds that a request waits for its turn. */
const WAIT_MS = 5_000;

type SlotLimits = Pick<Limits, 'requests' | 'requestsPerAddress' | 'heavy' | 'heavyPerAddress'>;

interface Waiting {
  readonly address: string;
  go(): void;
}

/**
 * Bounds how many requests are answered at once, in all and for each address, so that memory is bounded and no address
 * takes what the others need.
 */
export class Slots {
  private readonly all = new Tally();
  private readonly heavy = new Tally();
  private readonly waiting: Waiting[] = [];
  /** What cuts off requests whose bodies haven't arrived, with their addresses, oldest first. */
  private readonly arriving = new Map<() => void, string>();

  constructor(
    private readonly limits: SlotLimits,
    private readonly waitMs = WAIT_MS,
  ) {}

  /** Counts a request. @returns what ends that. @throws OracleError `too-many-requests`, `busy` */
  enter(address: string): () => void {
    if (this.all.of(address) >= this.limits.requestsPerAddress)
      throw tooMany('this address has too many requests in flight; wait for their answers', 1);
    if (this.all.size >= this.limits.requests && !this.cutOne(address)) throw busy();
    return this.all.add(address);
  }

  /** Counts a request as one that waits for its body, and may be cut off for another. @returns what ends that */
  arrives(address: string, cut: () => void): () => void {
    this.arriving.set(cut, address);
    return () => void this.arriving.delete(cut);
  }

  /**
   * Cuts off the oldest request that waits for its body, of the address that has most requests, if that has more than this
   * one: so those who send their bodies slowly shut nobody out.
   */
  private cutOne(address: string): boolean {
    let [most, found] = [this.all.of(address) + 1, undefined as (() => void) | undefined];
    for (const [cut, other] of this.arriving)
      if (this.all.of(other) > most) [most, found] = [this.all.of(other), cut];
    if (!found) return false;
    this.arriving.delete(found);
    found();
    return true;
  }

  /** Waits until one more request may read much. @returns what ends that. @throws OracleError `busy` */
  async enterHeavy(address: string): Promise<() => void> {
    if (!this.mayEnter(address)) {
      // So that there is always room for requests that read little.
      if (this.waiting.length >= this.limits.requests / 2 - this.limits.heavy) throw busy();
      await this.turn(address);
    }
    const leave = this.heavy.add(address);
    return () => {
      leave();
      this.wake();
    };
  }

  private mayEnter(address: string): boolean {
    return this.heavy.size < this.limits.heavy && this.heavy.of(address) < this.limits.heavyPerAddress;
  }

  private turn(address: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        address,
        go: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(busy());
      }, this.waitMs);
      this.waiting.push(waiting);
    });
  }

  private wake(): void {
    const next = this.waiting.findIndex(({ address }) => this.mayEnter(address));
    if (next >= 0) this.waiting.splice(next, 1)[0]!.go();
  }
}

/** The error of an address that asks for too much. */
export const tooMany = (message: string, retryAfter: number): OracleError =>
  new OracleError('too-many-requests', message, { status: 429, retryAfter });

const busy = (): OracleError =>
  new OracleError('busy', 'the oracle is answering as many requests as it can; try again in a moment', {
    status: 503,
    retryAfter: 1,
  });

/** Counts by address. */
class Tally {
  private readonly counts = new Map<string, number>();
  size = 0;

  of(address: string): number {
    return this.counts.get(address) ?? 0;
  }

  /** @returns what takes it back, once */
  add(address: string): () => void {
    this.counts.set(address, this.of(address) + 1);
    this.size++;
    let added = true;
    return () => {
      if (!added) return;
      added = false;
      this.size--;
      const left = this.of(address) - 1;
      if (left > 0) this.counts.set(address, left);
      else this.counts.delete(address);
    };
  }
}
