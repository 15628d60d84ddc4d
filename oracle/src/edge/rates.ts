/** What one may take in a second for ever, and so much of it that it may save up. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** When `tokens` was right, milliseconds. */
  at: number;
}

/**
 * Counts what each of many takes, addresses or devices: a token bucket for each, of a bounded number of them. Who is
 * forgotten begins anew, so a flood of them harms nobody else.
 */
export class Rates<K> {
  /** The one that was used last is last. */
  private readonly buckets = new Map<K, Bucket>();

  /** @param most how many are remembered @param now a clock that never goes back, milliseconds */
  constructor(
    private readonly rate: Rate,
    private readonly most: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** How many are remembered. */
  get size(): number {
    return this.buckets.size;
  }

  /** Takes what something costs. @returns the seconds to wait if it has nothing left, else 0 */
  take(who: K, cost: number): number {
    const { perSecond } = this.rate;
    const bucket = this.bucket(who);
    // What costs more than there is goes through once and must be earned back, so that no size is refused for ever.
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    bucket.tokens -= cost;
    return 0;
  }

  /** Charges what is known only after it began. */
  charge(who: K, cost: number): void {
    if (cost > 0) this.bucket(who).tokens -= cost;
  }

  private bucket(who: K): Bucket {
    const { perSecond, burst } = this.rate;
    const at = this.now();
    const known = this.buckets.get(who);
    this.buckets.delete(who);
    const tokens = known ? Math.min(burst, known.tokens + ((at - known.at) / 1000) * perSecond) : burst;
    const bucket = { tokens, at };
    this.buckets.set(who, bucket);
    if (this.buckets.size > this.most) this.buckets.delete(this.buckets.keys().next().value!);
    return bucket;
  }
}
