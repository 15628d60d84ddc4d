/**
 * A close of all devices at once, on objects: slow, and simple enough to see that it follows the rules. What is closed by
 * shard must be the same to the byte.
 */

import type { CloseInput, Counts, DeviceState, Log } from '../../../src/domain';
import { deviceTime } from '../../../src/domain/device-time';
import { reportLine, rewardLine, stateLine } from '../../../src/domain/lines';
import { quotaOf } from '../../../src/domain/quota';
import { addCounts } from '../../../src/domain/totals';
import { evaluate } from './evaluate';
import { collectEvidence } from './evidence';
import { gather } from './gather';
import { limitReports } from './quota';
import { inherit } from './succession';

/** What the model remembers between epochs. */
export interface ModelState {
  readonly epoch: number;
  readonly horizon: number;
  readonly earned: BigUint64Array;
  readonly devices: ReadonlyMap<number, DeviceState>;
}

export const modelGenesis: ModelState = {
  epoch: 0,
  horizon: 0,
  earned: new BigUint64Array(0),
  devices: new Map(),
};

/** The outcome by the model: the lines of the dataset, without line feeds. */
export interface ModelOutcome {
  readonly reports: readonly string[];
  readonly rewards: readonly string[];
  readonly state: readonly string[];
  readonly unverified: Counts;
  readonly next: ModelState;
}

export function closeByModel(
  { identity, epoch, cut, limits, registry: whole, policy, logs }: Omit<CloseInput, 'previous'>,
  previous: ModelState,
): ModelOutcome {
  const registry = whole.at(cut.registry_hash, epoch);
  const { horizon } = previous;
  const { network } = identity;
  const collected = collectEvidence(gather(logs), { registry, network, policy, horizon });
  const next = horizonAfter(previous, policy, logs);
  const quota = horizon === 0 ? Number.POSITIVE_INFINITY : quotaOf(policy, next - horizon);
  const known = previous.devices;
  const { evidence, surplus } = limitReports(collected.evidence, { registry, known, quota });
  const outcome = evaluate({
    policy,
    limits,
    registry,
    previous: { ...previous, devices: inherit(registry, known, evidence, epoch) },
    evidence,
    horizon: next,
  });
  const { earned, devices } = outcome;
  return {
    reports: outcome.verdicts.map(reportLine),
    rewards: outcome.rewards.map(rewardLine),
    state: Array.from(devices.values(), stateLine),
    unverified: addCounts(collected.unverified, surplus > 0 ? { 'too-many-reports': surplus } : {}),
    next: { epoch, horizon: next, earned, devices },
  };
}

function horizonAfter(previous: ModelState, policy: CloseInput['policy'], logs: readonly Log[]): number {
  const times = logs.map(({ head }) => head.sealed_at).sort((a, b) => a - b);
  const median = times[(times.length - 1) >> 1];
  if (median === undefined) return previous.horizon;
  return Math.max(previous.horizon, Math.floor(deviceTime(policy, median) / 1000) - policy.late_seconds);
}
