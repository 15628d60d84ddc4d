/** Tells numbers that count time from serial numbers, counters and bar codes. */
/** What a number counts: seconds and parts of them since 1970, days since 1900 as spreadsheets do, or digits of an hour. */
export type Epoch = 's' | 'ms' | 'us' | 'ns' | 'days' | 'ymdh';

/** The years 2000 and 2100, unix seconds: times are looked for between them. */
export const EARLIEST = 946_684_800;
export const LATEST = 4_102_444_800;
/** Days from a spreadsheet's zero to 1970. */
const SPREADSHEET_1970 = 25_569;
const NUMBER = /^\d{1,20}(?:[.,]\d+)?(?:e\+?\d{1,2})?$/i;

/** Reads a number of a kind; undefined if it isn't between 2000 and 2100. Days are of a wall time. */
export function readEpoch(text: string, epoch: Epoch): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const seconds = secondsOf(text, epoch);
  return seconds !== undefined && seconds >= EARLIEST && seconds < LATEST ? seconds : undefined;
}

function secondsOf(text: string, epoch: Epoch): number | undefined {
  const number = Number(text.replace(',', '.'));
  switch (epoch) {
    case 's':
      return Math.floor(number);
    case 'ms':
      return Math.floor(number / 1e3);
    case 'us':
      return Math.floor(number / 1e6);
    case 'ns':
      return Math.floor(number / 1e9);
    case 'days':
      return Math.round((number - SPREADSHEET_1970) * 86_400);
    case 'ymdh': {
      const [year, month, day, hour] = [
        text.slice(0, 4),
        text.slice(4, 6),
        text.slice(6, 8),
        text.slice(8),
      ].map(Number);
      const midnight = Date.UTC(year!, month! - 1, day!);
      const exists =
        text.length === 10 &&
        new Date(midnight).getUTCDate() === day &&
        new Date(midnight).getUTCMonth() === month! - 1;
      return exists && hour! <= 24 ? midnight / 1000 + hour! * 3600 : undefined;
    }
  }
}

/** Names of columns that hold times. */
export const TIME_TITLE =
  /time|date|stamp|zeit|datum|uhr|fecha|hora|heure|horo|tiempo|tempo|^ts$|^_?time|data\b|ora\b|tijd|epoch|unix|czas|kiedy|aika|päivä|tid\b|dato|čas|dátum|idő|zaman|tarih|saat|время|дата|ημερομηνία|ώρα|日時|日付|时间|時間|時刻|日期|시간|날짜|일시|التاريخ|וקת|measured_on|last_(changed|updated)|period|von$|from|begin|start|\butc\b/i;

/**
 * Finds what a column of numbers counts, if it counts time: its numbers fall between 2000 and 2100 and take the same step
 * again and again, as a serial number, a counter or a bar code doesn't.
 */
export function epochOf(cells: readonly string[], title: string): Epoch | undefined {
  const filled = cells.filter((cell) => cell !== '');
  if (filled.length === 0) return undefined;
  for (const epoch of ['ymdh', 's', 'ms', 'us', 'ns', 'days'] as const) {
    const times = filled.map((cell) => readEpoch(cell, epoch)).filter((time) => time !== undefined);
    if (times.length < filled.length * 0.8) continue;
    // Whole numbers of that size are commonly readings.
    if (epoch === 'days' && !filled.some((cell) => /[.,]\d/.test(cell)) && !TIME_TITLE.test(title)) continue;
    if (isClockwork(times, TIME_TITLE.test(title))) return epoch;
  }
  return undefined;
}

function isClockwork(times: readonly number[], titled: boolean): boolean {
  if (times.length === 1) return titled;
  const steps = new Map<number, number>();
  let [moved, sum] = [0, 0];
  for (let i = 1; i < times.length; i++) {
    const step = Math.abs(times[i]! - times[i - 1]!);
    if (step === 0) continue;
    moved++;
    sum += Math.sign(times[i]! - times[i - 1]!);
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  if (moved === 0) return false;
  if (titled && Math.abs(sum) >= moved * 0.5) return true;
  const [step, count] = [...steps].reduce((most, each) => (each[1] > most[1] ? each : most));
  // A sample leaves lines out, so steps can be several intervals long.
  return count >= moved * 0.5 && moved >= times.length * 0.1 && step >= 1 && step <= 31 * 86_400;
}
