/** One measured figure. `name` is stable; `unit` says what `value` counts. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
}

/** A group of figures that are measured together. */
export type Suite = (progress: (what: string) => void) => Promise<Figure[]>;
