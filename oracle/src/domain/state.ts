import type { MarketState } from './market';
import { DeviceStates } from './shard/states';
import type { DeviceState, LastHead, PartReference, RecentReport, Report, Verdict } from './types';

/** The state that an epoch's close starts from: the outcome of the previous epoch. */
export interface PreviousState {
  /** SHA-256 of the previous manifest, hex; null before the first epoch. */
  readonly datasetHash: string | null;
  readonly epoch: number;
  /** Device time, unix seconds: reports that start earlier are no longer accepted. */
  readonly horizon: number;
  readonly heads: readonly LastHead[];
  /** The registry's parts in the dataset. Those that were full are the next one's as well. */
  readonly registry: readonly PartReference[];
  /** Earned since the start, by device index. */
  readonly earned: BigUint64Array;
  readonly devices: DeviceStates;
  /** Given if the network has a market. */
  readonly market?: MarketState;
}

/** The state before the first epoch. */
export const genesis: PreviousState = {
  datasetHash: null,
  epoch: 0,
  horizon: 0,
  heads: [],
  registry: [],
  earned: new BigUint64Array(0),
  devices: DeviceStates.none,
};

/** What is remembered of a verdict. */
type Remembered = Pick<Verdict, 'outcome' | 'reasons' | 'paid'> & {
  readonly stillSeconds: number;
  readonly evidence: {
    readonly hash: string;
    readonly report: Pick<Report, 'start' | 'seconds' | 'sequence' | 'value'>;
  };
};

/**
 * Returns a device's state after an epoch. It keeps the reports that end after the horizon, because a later one could
 * still claim their minutes, and the last counted report for ever, because the sequence must grow from there. Reports
 * rejected for a frozen value are kept too, because a new epoch doesn't unfreeze a value.
 */
export function remember(
  device: Omit<DeviceState, 'recent'>,
  earlier: readonly RecentReport[],
  verdicts: readonly Remembered[],
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
  const { index, activated, debt, month, hold } = device;
  return {
    index,
    activated,
    debt,
    recent: recent.filter((report) => report === last || report.start + report.seconds > horizon),
    ...(month && { month }),
    ...(hold && { hold }),
  };
}
