import { limitDevice } from '../../../src/domain/quota';
import type { DeviceState, Evidence, RecentReport, RegistryView } from '../../../src/domain/types';
import { keyName } from './active-keys';

/** What counts of an epoch's evidence, and how many copies don't because their devices sent too much. */
export interface Limited {
  readonly evidence: readonly Evidence[];
  readonly surplus: number;
}

/**
 * Leaves out what devices sent beyond the limits: of each minute, and then of each device,
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
    kept.push(...limitDevice(evidence.slice(first, end), rememberedOf(index), rules.quota, () => undefined));
    first = end;
  }
  const copies = (all: readonly Evidence[]) => all.reduce((sum, one) => sum + one.copies, 0);
  const surplus = kept.length === evidence.length ? 0 : copies(evidence) - copies(kept);
  return { evidence: surplus === 0 ? evidence : kept, surplus };
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
