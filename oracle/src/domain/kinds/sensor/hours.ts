/** Hours with too few samples. */
import type { SensorPolicy } from './policy';
import type { Reading } from './series';

const HOUR = 3_600;

/**
 * Finds readings that begin in a clock hour with too few samples, judged by the time covered by readings with enough
 * samples of their own. The last hour is judged as far as it is known: an epoch may end within it.
 */
export function shortHours(readings: readonly Reading[], { samples_ppm }: SensorPolicy): Set<Reading> {
  const covered = new Map<number, number>();
  let known = 0;
  for (const { start, seconds, full } of readings) {
    const end = start + seconds;
    known = Math.max(known, end);
    if (!full) continue;
    for (let from = start; from < end; ) {
      const hour = Math.floor(from / HOUR);
      const to = Math.min(end, (hour + 1) * HOUR);
      covered.set(hour, (covered.get(hour) ?? 0) + to - from);
      from = to;
    }
  }
  const short = new Set<Reading>();
  for (const reading of readings) {
    const hour = Math.floor(reading.start / HOUR);
    const length = Math.min(known, (hour + 1) * HOUR) - hour * HOUR;
    if ((covered.get(hour) ?? 0) * 1_000_000 < length * samples_ppm) short.add(reading);
  }
  return short;
}
