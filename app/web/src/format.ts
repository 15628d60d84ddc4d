import { formatUnits, splitUnits, type UnitParts } from '@commonwire/sdk/core';

/** The separator of thousands in every language: a narrow no-break space. */
const NARROW = '\u202f';

/** How the language shown writes numbers and times. */
interface NumberStyle {
  point: string;
  /** Undefined: `2016-07-01 19:15`. */
  time?: Intl.DateTimeFormat;
}

const styles: Record<string, NumberStyle> = {
  de: {
    point: ',',
    time: new Intl.DateTimeFormat('de', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }),
  },
};
let style: NumberStyle = { point: '.' };

/** Writes numbers and times as a language does from now on. */
export function setNumberStyle(language: string): void {
  style = styles[language] ?? { point: '.' };
}

/** What stands between whole and fraction. */
export const decimalPoint = (): string => style.point;

/** Splits base units into whole tokens, with grouped thousands, and all `decimals` digits of the fraction. */
export const splitTokens = (amount: bigint, decimals: number): UnitParts =>
  splitUnits(amount, decimals, NARROW);

/** Formats base units as tokens, e.g. 1234500 with 6 decimals as `1.2345`. */
export const formatTokens = (amount: bigint, decimals: number): string =>
  formatUnits(amount, decimals, NARROW).replace('.', style.point);

/** Formats a count with grouped thousands. */
export const formatCount = (count: number): string => formatUnits(BigInt(count), 0, NARROW);

/** Formats an amount in units of `per`, rounded down to exactly `decimals` decimals. */
export function formatFloored(amount: bigint, per: bigint, decimals: number): string {
  const { whole, fraction } = splitTokens((amount * 10n ** BigInt(decimals)) / per, decimals);
  return fraction ? `${whole}${style.point}${fraction}` : whole;
}

/** Formats unix seconds, in English as `2016-07-01 19:15 UTC`. */
export function formatTime(unixSeconds: number): string {
  const date = new Date(unixSeconds * 1000);
  if (Number.isNaN(date.getTime())) return '–';
  return `${style.time?.format(date) ?? date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Shortens an address or hash to its ends, enough to distinguish those on one page. */
export function shorten(text: string): string {
  return text.length > 12 ? `${text.slice(0, 5)}…${text.slice(-4)}` : text;
}

/** Formats a duration for people. */
export function formatDuration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}
