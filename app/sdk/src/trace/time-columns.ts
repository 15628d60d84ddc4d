/** Finds the columns that hold times. */
import { cellOf, type Line } from './cells';
import { DATE_ORDERS, daysOf } from './date-order';
import { type Epoch, epochOf, readEpoch, TIME_TITLE } from './epoch';
import { type NumberedClock, numberedClockOf } from './numbered-clock';
import { splitTime } from './time-text';
import { zoneInTitle } from './zone-title';

/** Times in words and figures: dates with their clocks, or in a column beside them. */
interface TextColumns {
  readonly kind: 'text';
  readonly date: number;
  readonly clock?: number;
  /** How its numbers tell the time, if they are no clock's. */
  readonly numbered?: NumberedClock;
}

/** Where a file's times are. */
export type TimeColumns =
  | TextColumns
  | { readonly kind: 'number'; readonly date: number; readonly epoch: Epoch }
  | {
      readonly kind: 'fields';
      readonly date: number;
      /** Of year, month, day, hour, minute and second. Without a month, the day is that of the year. */
      readonly fields: readonly (number | undefined)[];
    };

const MOSTLY = 0.5;
/** Names of columns of a date's and a clock's parts, in order. */
const FIELDS: readonly RegExp[] = [
  /^(year|yyyy|yr|jahr|ann[eé]e|a[nñ]o|ano|anno|jaar|rok|rik|år|vuosi|év|yıl|год|рік|年|년)$/i,
  /^(month|mm?|mon|monat|mois|mes|m[eê]s|mese|maand|miesiąc|měsíc|mesiac|måned|månad|kuukausi|hónap|ay|месяц|місяць|月|월)$/i,
  /^(day|dd?|dom|tag|jour|d[ií]a|giorno|dag|dzień|den|deň|päivä|nap|gün|день|日|일)$/i,
  /^(hour|hours|hh?|hr|stunde|std|heure|hora|ora|uur|godzina|hodina|time|tunti|óra|saat|час|година|时|時|시)$/i,
  /^(minute|minutes|min|mi|mn|minuto|minuut|minuta|minutt?|minuutti|perc|dakika|минута|хвилина|分|분)$/i,
  /^(second|seconds|sec|ss?|sekunde|seconde|segundo|secondo|seconden|sekunda|sekund|sekunti|másodperc|saniye|секунда|秒|초)$/i,
];
const DAY_OF_YEAR = /^(doy|yday|jday|day[ _]?of[ _]?(?:the[ _])?year|julian[ _]?day)$/i;
const ENDS = /\b(until|to|end|bis|ende|fin|hasta|fino|tot|till|slut)\b/i;

/** The kinds of cells that a column of times has. */
export function kindOfCell(cell: string): 'moment' | 'date' | 'clock' | undefined {
  if (cell.length < 3 || cell.length > 80 || !/\d/.test(toDigits(cell))) return undefined;
  const parts = splitTime(cell);
  if (!parts) return undefined;
  const { date, clock } = parts;
  if (!date) return 'clock';
  if (!DATE_ORDERS.some((order) => daysOf(date, order) !== undefined)) return undefined;
  return clock ? 'moment' : 'date';
}

const toDigits = (cell: string): string => cell.replace(/\p{Nd}/gu, '0');

/** Finds the time columns of neighbouring lines; undefined if none of theirs holds times. */
export function timeColumnsOf(
  sample: readonly Line[],
  titles: readonly string[],
  named?: number,
): TimeColumns | undefined {
  const width = Math.max(0, ...sample.map(({ cells }) => cells.length));
  const columns = named === undefined ? Array.from({ length: width }, (_, column) => column) : [named];
  const looked = sample.slice(0, 60);
  const kinds = new Map<number, Map<string | undefined, number>>();
  for (let column = 0; column < width; column++) {
    const counts = new Map<string | undefined, number>();
    for (const line of looked) {
      const kind = kindOfCell(cellOf(line, column));
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    kinds.set(column, counts);
  }
  const share = (column: number, ...wanted: string[]): number =>
    wanted.reduce((sum, kind) => sum + (kinds.get(column)?.get(kind) ?? 0), 0) / Math.max(1, looked.length);
  const isConstant = (column: number): boolean =>
    sample.length > 2 && sample.every((line) => cellOf(line, column) === cellOf(sample[0]!, column));
  // The day of an installation or the start of a query is the same in all lines.
  const rank = (column: number): number =>
    share(column, 'moment', 'date') +
    (share(column, 'moment') > MOSTLY ? 0.3 : 0) +
    (TIME_TITLE.test(titles[column] ?? '') ? 0.2 : 0) +
    (zoneInTitle(titles[column] ?? '') ? 0.15 : 0) -
    (ENDS.test(titles[column] ?? '') ? 0.1 : 0) -
    (isConstant(column) ? 0.4 : 0);
  const dated = columns.filter(
    (column) =>
      (share(column, 'moment', 'date') >= MOSTLY && named !== undefined) ||
      share(column, 'moment', 'date') > 0.4,
  );
  const best = dated.reduce<number | undefined>(
    (most, column) => (most === undefined || rank(column) > rank(most) + 1e-9 ? column : most),
    undefined,
  );
  if (best !== undefined && !isBareNumber(sample, best)) {
    const text = withClock(best, share, sample, titles, width);
    if (!isConstant(best) || share(best, 'moment') > MOSTLY || text.clock !== undefined) return text;
  }

  const counted = columns.flatMap((column) => {
    const epoch = epochOf(
      sample.map((line) => cellOf(line, column)),
      titles[column] ?? '',
    );
    return epoch ? [{ column, epoch }] : [];
  });
  if (best !== undefined) {
    // Eight digits are a date if a clock stands beside them, or they are as regular as time.
    const text = withClock(best, share, sample, titles, width);
    if (text.clock !== undefined || counted.length === 0) return text;
  }
  const number = counted.find(({ column }) => TIME_TITLE.test(titles[column] ?? '')) ?? counted[0];
  if (number) return { kind: 'number', date: number.column, epoch: number.epoch };
  return fieldsOf(sample, titles, width) ?? (named === undefined ? loneNumber(sample, width) : undefined);
}

const isBareNumber = (sample: readonly Line[], column: number): boolean =>
  sample.every(
    (line) =>
      /^\d*$/.test(cellOf(line, column)) &&
      cellOf(line, column).length !== 14 &&
      cellOf(line, column).length !== 12,
  );

function withClock(
  date: number,
  share: (column: number, ...kinds: string[]) => number,
  sample: readonly Line[],
  titles: readonly string[],
  width: number,
): TextColumns {
  if (share(date, 'moment') >= share(date, 'date')) return { kind: 'text', date };
  const order = [
    date + 1,
    ...Array.from({ length: width }, (_, column) => column).filter(
      (column) => column !== date && column !== date + 1,
    ),
  ];
  const clock = order.find((column) => column < width && share(column, 'clock') > MOSTLY);
  if (clock !== undefined) return { kind: 'text', date, clock };
  for (const column of order) {
    const cells = sample.map((line) => cellOf(line, column)).filter((cell) => cell !== '');
    if (cells.length < sample.length * 0.8) continue;
    const numbered = numberedClockOf(titles[column] ?? '', cells);
    if (numbered) return { kind: 'text', date, clock: column, numbered };
  }
  return { kind: 'text', date };
}

function fieldsOf(
  sample: readonly Line[],
  titles: readonly string[],
  width: number,
): TimeColumns | undefined {
  const fields = FIELDS.map((pattern) => {
    const found = titles.findIndex((title) => pattern.test(title.trim()));
    return found < 0 ? undefined : found;
  });
  const [year, month, day] = fields;
  if (year !== undefined && month !== undefined && day !== undefined)
    return { kind: 'fields', date: year, fields };
  const dayOfYear = titles.findIndex((title) => DAY_OF_YEAR.test(title.trim()));
  if (year !== undefined && dayOfYear >= 0)
    return { kind: 'fields', date: year, fields: [year, undefined, dayOfYear, ...fields.slice(3)] };
  if (titles.some((title) => title !== '')) return undefined;
  // Without titles: five neighbouring columns with the ranges of such parts.
  const within = (column: number, low: number, high: number): boolean =>
    column < width &&
    sample.every(
      (line) =>
        /^\d{1,4}$/.test(cellOf(line, column)) &&
        Number(cellOf(line, column)) >= low &&
        Number(cellOf(line, column)) <= high,
    );
  for (let column = 0; column + 4 < width; column++) {
    if (
      within(column, 2000, 2100) &&
      within(column + 1, 1, 12) &&
      within(column + 2, 1, 31) &&
      within(column + 3, 0, 24) &&
      within(column + 4, 0, 59)
    ) {
      return {
        kind: 'fields',
        date: column,
        fields: [column, column + 1, column + 2, column + 3, column + 4],
      };
    }
  }
  return undefined;
}

/** In a file of a line or two nothing shows that a number moves like a clock: the first that can be a time is one. */
function loneNumber(sample: readonly Line[], width: number): TimeColumns | undefined {
  if (sample.length > 2) return undefined;
  for (let column = 0; column < width; column++) {
    for (const epoch of ['s', 'ms'] as const) {
      if (sample.every((line) => readEpoch(cellOf(line, column), epoch) !== undefined))
        return { kind: 'number', date: column, epoch };
    }
  }
  return undefined;
}

/** Says what is missing where no column holds whole times; undefined if nothing is near. */
export function missingIn(sample: readonly Line[], titles: readonly string[]): string | undefined {
  const width = Math.max(0, ...sample.map(({ cells }) => cells.length));
  const looked = sample.slice(0, 60);
  for (let column = 0; column < width; column++) {
    const clocks = looked.filter((line) => kindOfCell(cellOf(line, column)) === 'clock').length;
    if (clocks > looked.length * MOSTLY)
      return `the column ${titles[column] || `#${column + 1}`} holds times of day without their date: put the date in a column beside it, such as 2016-07-01`;
  }
  const [, month, day] = FIELDS.map((pattern) => titles.findIndex((title) => pattern.test(title.trim())));
  if (month! >= 0 && day! >= 0)
    return 'months and days stand there without a year: add a column Year, and make sure that the values were measured and not simulated';
  return undefined;
}
