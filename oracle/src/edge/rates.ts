import type { Limits } from './limits';

/** Addresses that are remembered. Who is forgotten begins anew, so a flood of addresses harms nobody else. */
const MOST_ADDRESSES = 20_000;

interface Bucket {
  tokens: number;
  /** When `tokens` was right, milliseconds. */
  at: number;
}

/** Counts what each address asks for: a token bucket for each, of a bounded number of addresses. */
export class Rates {
  /** The one that was used last is last. */
  private readonly buckets = new Map<string, Bucket>();

  /** @param now a clock that never goes back, milliseconds */
  constructor(
    private readonly limits: Pick<Limits, 'perSecond' | 'burst'>,
    private readonly now: () => number = () => performance.now(),
    private readonly mostAddresses = MOST_ADDRESSES,
  ) {}

  /** How many addresses are remembered. */
  get size(): number {
    return this.buckets.size;
  }

  /** Takes what a request costs. @returns the seconds to wait if the address has not so much, else 0 */
  take(address: string, cost: number): number {
    const { perSecond } = this.limits;
    const bucket = this.bucket(address);
    // What costs more than there is goes through once and must be earned back, so that no size is refused for ever.
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    bucket.tokens -= cost;
    return 0;
  }

  /** Charges what is known of a request only after it began. */
  charge(address: string, cost: number): void {
    if (cost > 0) this.bucket(address).tokens -= cost;
  }

  private bucket(address: string): Bucket {
    const { perSecond, burst } = this.limits;
    const at = this.now();
    const known = this.buckets.get(address);
    this.buckets.delete(address);
    const tokens = known ? Math.min(burst, known.tokens + ((at - known.at) / 1000) * perSecond) : burst;
    const bucket = { tokens, at };
    this.buckets.set(address, bucket);
    if (this.buckets.size > this.mostAddresses) this.buckets.delete(this.buckets.keys().next().value!);
    return bucket;
  }
}
