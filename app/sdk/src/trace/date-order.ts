/** In which order dates give day, month and year: the whole file decides. */
import type { DateFields } from './time-text';

/** The order of a date's fields. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd' | 'ydm';

/** All orders. */
export const DATE_ORDERS: readonly DateOrder[] = ['ymd', 'mdy', 'dmy', 'ydm'];
const DAY = 86_400;

/** The order of a file's dates. */
export interface FoundOrder {
  readonly order: DateOrder;
  /** Another order fits as many dates about as well. */
  readonly rival?: DateOrder;
}

/** The days since 1970 of a date in an order; undefined if there is no such day, or its year isn't one of 1900 to 2199. */
export function daysOf({ numbers, digits }: DateFields, order: DateOrder): number | undefined {
  const year = order.indexOf('y');
  const month = order.indexOf('m');
  const day = order.indexOf('d');
  const long = digits[year]!;
  if (long !== 4 && long !== 2) return undefined;
  // A month's name stands where the month does, and nowhere else.
  if (digits.includes(0) && digits[month] !== 0) return undefined;
  if (digits[day]! > 2 || digits[day] === 0 || digits[month]! > 2 || digits[year] === 0) return undefined;
  const y = long === 4 ? numbers[year]! : 2000 + numbers[year]!;
  if (y < 1900 || y > 2199) return undefined;
  const [m, d] = [numbers[month]!, numbers[day]!];
  if (m < 1 || m > 12 || d < 1 || d > 31) return undefined;
  const time = Date.UTC(y, m - 1, d);
  return new Date(time).getUTCDate() === d ? time / 1000 / DAY : undefined;
}

/**
 * Finds the order in which most dates exist; of several such orders, the one in which days follow each other best. If that
 * doesn't decide, dates with dots or dashes have the day first, and those with slashes the month if `american`.
 */
export function dateOrderOf(dates: readonly DateFields[], american: boolean): FoundOrder {
  const fits = DATE_ORDERS.map((order) => {
    const days = dates.map((date) => daysOf(date, order)).filter((day) => day !== undefined);
    return { order, valid: days.length, ...smoothness(days) };
  });
  const most = Math.max(...fits.map(({ valid }) => valid));
  const mark = dates[0]?.mark ?? '';
  const long = dates.some(({ digits }) => digits[0] === 4);
  const [one, other]: DateOrder[] = mark === '/' && american ? ['mdy', 'dmy'] : ['dmy', 'mdy'];
  // A year of two digits usually stands last.
  const preferred: readonly DateOrder[] = long ? ['ymd', one!, other!, 'ydm'] : [one!, other!, 'ymd', 'ydm'];
  const possible = fits
    .filter(({ valid, order }) => valid === most && most > 0 && (long || order !== 'ydm'))
    .sort(
      (a, b) =>
        b.steady - a.steady || a.span - b.span || preferred.indexOf(a.order) - preferred.indexOf(b.order),
    );
  const [best, second] = possible;
  if (!best) return { order: 'ymd' };
  const close = second !== undefined && second.steady >= best.steady - 0.01 && second.span <= best.span * 1.5;
  // Year first is never mistaken for another order where it has four digits.
  return close && !(long && best.order === 'ymd')
    ? { order: best.order, rival: second.order }
    : { order: best.order };
}

/** The share of steps of at most a day, and days from the first to the last. */
function smoothness(days: readonly number[]): { steady: number; span: number } {
  let [steady, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [i, day] of days.entries()) {
    if (i > 0 && Math.abs(day - days[i - 1]!) <= 1) steady++;
    low = Math.min(low, day);
    high = Math.max(high, day);
  }
  return { steady: days.length > 1 ? steady / (days.length - 1) : 1, span: Math.max(0, high - low) };
}
