/** Splits an epoch's budget in whole numbers, always rounded down; the remainder stays unallocated. */
import { kindOf, kinds } from './kinds';
import { kindShare, type Policy, unitsForCap } from './policy';
import type { Limits } from './types';

const MILLION = 1_000_000n;

/** Returns a share (millionths) of some units, rounded down. */
export const shareOf = (units: bigint, ppm: number): bigint => (units * BigInt(ppm)) / MILLION;

/** A device's score in the split. */
export interface Scored {
  /** The kind's byte. */
  readonly kind: number;
  readonly score: bigint;
}

/** The limits for an epoch and for one device in it, in base units. */
export interface Budget {
  readonly epoch: bigint;
  readonly device: bigint;
}

/**
 * The policy's budget and cap, or the chain's limits if they are lower, so that a halving can't stop the network.
 * @param released what the epoch pays of held amounts: the chain's limit is for both
 */
export const budgetOf = (policy: Policy, limits: Limits, released = 0n): Budget => ({
  epoch: least(BigInt(policy.epoch_budget), BigInt(limits.epoch) - released),
  device: least(BigInt(policy.device_epoch_cap), BigInt(limits.device)),
});

/**
 * The most that an epoch pays of held amounts: what the chain allows beyond the budget, and a share of the budget, so that
 * neither side waits for ever.
 */
export function mostReleased(policy: Policy, limits: Limits): bigint {
  const { epoch } = budgetOf(policy, limits);
  return BigInt(limits.epoch) - epoch + shareOf(epoch, policy.denylist.release_ppm);
}

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/**
 * Returns how much a device gets by its kind and score: floor(kind's budget x score / sum of the kind's scores), at most
 * the cap and at most the greatest reward for its units. The rewards of all devices never exceed the budget.
 * @param sums of all devices' scores, by kind
 */
export function rewarding(
  policy: Policy,
  budget: Budget,
  sums: ReadonlyMap<number, bigint>,
): (device: Scored) => bigint {
  const budgets = new Map(kinds.map(({ id, name }) => [id, shareOf(budget.epoch, kindShare(policy, name))]));
  return ({ kind, score }) => {
    if (score === 0n) return 0n;
    // Only a dataset that lies about its sums has none for a score: it is compared, and must be readable for that.
    const share = ((budgets.get(kind) ?? 0n) * score) / (sums.get(kind) ?? score);
    return least(share, mostFor(score, kind, policy, budget));
  };
}

/** The most that a device gets for so many units: the whole cap from `units_for_cap` on, in proportion below. */
export function mostFor(score: bigint, kind: number, policy: Policy, budget: Budget): bigint {
  const name = kindOf(kind)?.name;
  const whole = BigInt(name ? unitsForCap(policy, name) : 1);
  return score >= whole ? budget.device : (budget.device * score) / whole;
}

/** Splits a device's reward among its reports by score, so that the parts add up to it exactly. */
export function splitReward(reward: bigint, scores: readonly bigint[]): bigint[] {
  const total = scores.reduce((sum, score) => sum + score, 0n);
  let passed = 0n;
  let given = 0n;
  return scores.map((score) => {
    if (score === 0n) return 0n;
    passed += score;
    const upTo = (reward * passed) / total;
    const part = upTo - given;
    given = upTo;
    return part;
  });
}
