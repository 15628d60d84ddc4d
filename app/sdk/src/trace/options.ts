import type { DateOrder } from './date-order';
import type { Zone } from './zone';

/** How to read a file, where it doesn't say so itself. */
export interface TraceOptions {
  /** The zone of times without an offset. */
  readonly zone?: Zone | undefined;
  /** The column of times: its name, or `#` and its number. */
  readonly timeColumn?: string | undefined;
  readonly valueColumn?: string | undefined;
  /** One of {@link UNITS}. */
  readonly unit?: string | undefined;
  /** Seconds that a value covers. */
  readonly interval?: number | undefined;
  /** Whether times mark the ends of intervals. */
  readonly ends?: boolean | undefined;
  readonly dateOrder?: DateOrder | undefined;
  readonly decimal?: '.' | ',' | undefined;
  readonly separator?: string | undefined;
  /** Lines to pass over at the start. */
  readonly skip?: number | undefined;
  /** The columns of a meter's registers, which take the place of the values. */
  readonly registers?: { readonly exported: string; readonly imported: string } | undefined;
  /** Whether values are a counter's. */
  readonly counter?: boolean | undefined;
  /** `VALUE` or `COLUMN=VALUE`, in a file of several devices. */
  readonly device?: string | undefined;
  /** Unix seconds: later times are of a clock that is wrong. */
  readonly latest?: number | undefined;
  /** Values are taken as they are, from the first column after the times: no unit, no counter, no codes for missing ones. */
  readonly plain?: boolean | undefined;
}
