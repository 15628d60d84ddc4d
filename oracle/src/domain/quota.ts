/** How many reports of one device count, so that nothing grows with what one device sends. */
import type { JudgedReport } from './history';
import type { Policy } from './policy';
import type { RecentReport } from './types';

/** Distinct reports of a device that may begin in one minute: two, because two prove that it contradicts itself. */
export const REPORTS_A_MINUTE = 2;

/**
 * The most distinct reports of a device in an epoch: twice as many as fit, without overlaps, into the time that its
 * reports can be about.
 * @param seconds device time that the epoch lasts
 */
export function quotaOf(
  {
    late_seconds,
    ahead_seconds,
    min_seconds,
  }: Pick<Policy, 'late_seconds' | 'ahead_seconds' | 'min_seconds'>,
  seconds: number,
): number {
  return REPORTS_A_MINUTE * Math.ceil((late_seconds + ahead_seconds + Math.max(0, seconds)) / min_seconds);
}

/** The quota of an epoch that begins and ends at these horizons. Nobody knows when the first epoch began: it has none. */
export const quotaBetween = (
  policy: Parameters<typeof quotaOf>[0],
  horizon: number,
  nextHorizon: number,
): number => (horizon === 0 ? Number.POSITIVE_INFINITY : quotaOf(policy, nextHorizon - horizon));

/** Device time between an epoch's horizons; 0 for the first epoch. */
export const secondsBetween = (horizon: number, nextHorizon: number): number =>
  horizon === 0 ? 0 : Math.max(0, nextHorizon - horizon);

/**
 * Leaves out what a device sent beyond {@link REPORTS_A_MINUTE} and the quota: of each minute, and then of all, the
 * reports with the lowest hashes stay. Reports that are remembered from earlier epochs count for their minute. Leaving out
 * some of what stays leaves out nothing else, so that a published dataset gives the same again.
 * @param evidence one device's, in order of (start, hash); however many there are, only two a minute are held
 * @param leave is told what is left out
 */
export function limitDevice<E extends JudgedReport>(
  evidence: Iterable<E>,
  remembered: readonly RecentReport[],
  quota: number,
  leave: (item: E) => void,
): readonly E[] {
  const inMinutes: E[] = [];
  let minute = -1;
  let there: readonly RecentReport[] = [];
  let free = 0;
  for (const item of evidence) {
    if (item.report.start !== minute) {
      minute = item.report.start;
      there = beginningAt(remembered, minute);
      free = REPORTS_A_MINUTE - there.length;
    }
    const isRemembered = there.some(({ hash }) => hash === item.hash);
    if (!isRemembered && free-- <= 0) leave(item);
    else inMinutes.push(item);
  }
  if (inMinutes.length <= quota) return inMinutes;
  const lowest = new Set(
    inMinutes
      .map(({ hash }) => hash)
      .sort()
      .slice(0, quota),
  );
  return inMinutes.filter((item) => {
    const stays = lowest.has(item.hash);
    if (!stays) leave(item);
    return stays;
  });
}

/** The remembered reports that begin at this time; they are in order of start. */
export function beginningAt(remembered: readonly RecentReport[], start: number): readonly RecentReport[] {
  let [low, high] = [0, remembered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (remembered[middle]!.start < start) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (remembered[end]?.start === start) end++;
  return remembered.slice(low, end);
}
