/** A measured figure. `name` is stable; `unit` is the unit of `value`. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
}

/** A group of figures that are measured together. */
export type Suite = (progress: (what: string) => void) => Promise<Figure[]>;

/** Does some work; returns its value and the seconds it took. */
export async function timed<T>(work: () => T | Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = process.hrtime.bigint();
  const value = await work();
  return { value, seconds: Number(process.hrtime.bigint() - start) / 1e9 };
}

/** Rounds a value to a number of decimals. */
export const decimals = (value: number, digits: number): number => Number(value.toFixed(digits));
