import type { DeviceState, PreviousState, RecentReport, Verdict } from './types';

/** The state before the first epoch. */
export const genesis: PreviousState = {
  datasetHash: null,
  epoch: 0,
  horizon: 0,
  heads: [],
  earned: new BigUint64Array(0),
  devices: new Map(),
};

/**
 * What is remembered of a device after an epoch: reports that reach beyond the horizon, since a later report could
 * still claim their minutes, and the last counted one for ever, since the sequence must grow from there. A report that
 * was refused for standing still is remembered too: a value doesn't begin to move with an epoch.
 */
export function remember(
  device: Omit<DeviceState, 'recent'>,
  earlier: readonly RecentReport[],
  verdicts: readonly (Verdict & { readonly stillSeconds: number })[],
  horizon: number,
): DeviceState {
  const recent = earlier.slice();
  for (const { evidence, outcome, reasons, stillSeconds, paid } of verdicts) {
    const counted = outcome === 'accepted' || outcome === 'zeroed';
    if (!counted && reasons[0] !== 'conflict' && stillSeconds === 0) continue;
    const { start, seconds, sequence, value } = evidence.report;
    recent.push({ start, seconds, hash: evidence.hash, sequence, value, stillSeconds, counted, paid });
  }
  if (verdicts.length > 0) recent.sort((a, b) => a.start - b.start || (a.hash < b.hash ? -1 : 1));
  const last = recent.findLast(({ counted }) => counted);
  const { index, activated, debt } = device;
  return {
    index,
    activated,
    debt,
    recent: recent.filter((report) => report === last || report.start + report.seconds > horizon),
  };
}
