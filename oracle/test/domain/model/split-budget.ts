import type { Policy } from '../../../src/domain';
import { type Budget, rewarding, type Scored } from '../../../src/domain/rewards';

/** The reward of each of these devices, which are all that there are. */
export function splitBudget(policy: Policy, budget: Budget, devices: readonly Scored[]): bigint[] {
  const sums = new Map<number, bigint>();
  for (const { kind, score } of devices) sums.set(kind, (sums.get(kind) ?? 0n) + score);
  return devices.map(rewarding(policy, budget, sums));
}
