/** Base units as whole tokens, thousands set apart, and all `decimals` digits of the fraction. */
export function splitTokens(amount: bigint, decimals: number): { whole: string; fraction: string } {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return { whole: grouped(digits.slice(0, point)), fraction: digits.slice(point) };
}

/** Base units as tokens, e.g. 1234500 with 6 decimals: `1.2345`. */
export function formatTokens(amount: bigint, decimals: number): string {
  const { whole, fraction } = splitTokens(amount, decimals);
  const shown = fraction.replace(/0+$/, '');
  return shown ? `${whole}.${shown}` : whole;
}

/** A count, thousands set apart. */
export function formatCount(count: number): string {
  return grouped(`${count}`);
}

/** Wh as kWh with one decimal, rounded down. */
export function formatKilowattHours(wattHours: bigint): string {
  return `${grouped((wattHours / 1000n).toString())}.${(wattHours % 1000n) / 100n}`;
}

const ENERGY = 1;
const units = ['', 'W', 'kbit/s', 'bays', 'milli-units'];

/** A device's capacity with the unit of its kind; W from 1,000 on as kW. */
export function formatCapacity(capacity: number, kind: number): string {
  if (kind === ENERGY && capacity >= 1000) return `${formatTokens(BigInt(capacity), 3)} kW`;
  return `${formatCount(capacity)} ${units[kind] ?? ''}`.trimEnd();
}

/** Unix seconds as `2016-07-01 19:15 UTC`. */
export function formatTime(unixSeconds: number): string {
  const date = new Date(unixSeconds * 1000);
  if (Number.isNaN(date.getTime())) return '–';
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** The ends of an address or hash, enough to tell apart the few of one page. */
export function shorten(text: string): string {
  return text.length > 12 ? `${text.slice(0, 5)}…${text.slice(-4)}` : text;
}

/** A number of seconds as people say it. */
export function formatDuration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
