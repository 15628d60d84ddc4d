/** Choices that fast-check makes and shrinks: each call uses the next number, and 0 stands for the plainest. */
export class Dice {
  private at = 0;

  constructor(private readonly choices: readonly number[]) {}

  /** A number below `count`. */
  nat(count: number): number {
    const choice = this.choices[this.at++ % this.choices.length] ?? 0;
    return count > 0 ? choice % count : 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.nat(items.length)]!;
  }

  /** True once in `count` times. */
  rarely(count: number): boolean {
    return this.nat(count) === count - 1;
  }
}
