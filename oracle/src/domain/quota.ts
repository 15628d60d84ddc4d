/** How many reports of one device count, so that nothing grows with what one device sends. */
import { keyName } from './active-keys';
import type { Policy } from './policy';
import type { DeviceState, Evidence, RecentReport, RegistryView } from './types';

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

/** What counts of an epoch's evidence, and how many copies don't because their devices sent too much. */
export interface Limited {
  readonly evidence: readonly Evidence[];
  readonly surplus: number;
}

/**
 * Leaves out what devices sent beyond {@link REPORTS_A_MINUTE} and the quota: of each minute, and then of each device,
 * the reports with the lowest hashes stay. Reports that are remembered from earlier epochs count for their minute. Leaving
 * out some of what stays leaves out nothing else, so that a published dataset gives the same again.
 * @param evidence in order of (device, start, hash)
 */
export function limitReports(
  evidence: readonly Evidence[],
  rules: {
    readonly registry: RegistryView;
    readonly known: ReadonlyMap<number, DeviceState>;
    readonly quota: number;
  },
): Limited {
  const rememberedOf = memory(rules);
  const kept: Evidence[] = [];
  for (let first = 0; first < evidence.length; ) {
    const { index } = evidence[first]!.report;
    let end = first + 1;
    while (evidence[end]?.report.index === index) end++;
    // Nearly always: nothing can be too much.
    if (end - first === 1 && rules.quota > 0 && !hasTwo(rememberedOf(index), evidence[first]!))
      kept.push(evidence[first]!);
    else
      for (const item of ofDevice(evidence.slice(first, end), rememberedOf(index), rules.quota))
        kept.push(item);
    first = end;
  }
  const copies = (all: readonly Evidence[]) => all.reduce((sum, one) => sum + one.copies, 0);
  const surplus = kept.length === evidence.length ? 0 : copies(evidence) - copies(kept);
  return { evidence: surplus === 0 ? evidence : kept, surplus };
}

const hasTwo = (remembered: readonly RecentReport[], { report }: Evidence): boolean =>
  beginningAt(remembered, report.start).length >= REPORTS_A_MINUTE;

function ofDevice(
  evidence: readonly Evidence[],
  remembered: readonly RecentReport[],
  quota: number,
): readonly Evidence[] {
  const inMinutes: Evidence[] = [];
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
    if (!isRemembered && free-- <= 0) continue;
    inMinutes.push(item);
  }
  if (inMinutes.length <= quota) return inMinutes;
  const lowest = new Set(
    inMinutes
      .map(({ hash }) => hash)
      .sort()
      .slice(0, quota),
  );
  return inMinutes.filter(({ hash }) => lowest.has(hash));
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

/** What is remembered of each device, or of the retired one that had its key. */
function memory({
  registry,
  known,
}: {
  readonly registry: RegistryView;
  readonly known: ReadonlyMap<number, DeviceState>;
}): (index: number) => readonly RecentReport[] {
  const retired = new Map<string, readonly RecentReport[]>();
  for (const { index, recent } of known.values()) {
    const device = recent.length > 0 && registry.isRetired(index) ? registry.device(index) : undefined;
    if (device) retired.set(keyName(device), recent);
  }
  return (index) => {
    const state = known.get(index);
    if (state) return state.recent;
    const device = retired.size > 0 ? registry.device(index) : undefined;
    return (device && retired.get(keyName(device))) ?? [];
  };
}
