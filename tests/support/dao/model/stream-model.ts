/** Fractions are counted finer than the program counts them, so that the model's rounding is far below its. */
const SCALE = 10n ** 40n;

/** Income as the design has it, in the plainest way: window by window, and all that a unit of weight ever earned. */
export class StreamModel {
  private window: bigint;
  private current = 0n;
  private released = 0n;
  private next = 0n;
  /** Earned by one unit of weight, in 1 / SCALE base units. */
  earned = 0n;
  deposited = 0n;

  constructor(
    private readonly seconds: bigint,
    now: bigint,
  ) {
    this.window = now / seconds;
  }

  /** Releases what is due until `now` to a total weight that has been the same since the last call. */
  advance(now: bigint, total: bigint): void {
    while (this.window < now / this.seconds) {
      this.release(this.current, total);
      this.window += 1n;
      [this.current, this.next, this.released] = [this.next, 0n, 0n];
    }
    this.release((this.current * (now - this.window * this.seconds)) / this.seconds, total);
  }

  deposit(now: bigint, total: bigint, amount: bigint): void {
    this.advance(now, total);
    this.next += amount;
    this.deposited += amount;
  }

  private release(due: bigint, total: bigint): void {
    const amount = due - this.released;
    if (total === 0n) this.next += amount;
    else this.earned += (amount * SCALE) / total;
    this.released = due;
  }

  /** What `weight` has earned from one value of {@link earned} to now, in 1 / SCALE base units. */
  since(before: bigint, weight: bigint): bigint {
    return (this.earned - before) * weight;
  }

  static whole = (fraction: bigint): bigint => fraction / SCALE;
  static fraction = (whole: bigint): bigint => whole * SCALE;
}
