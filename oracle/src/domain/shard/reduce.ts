/** Reduces what the shards of a close decide together: keys under several indices, full cells, and the budget's sums. */

import { Kind } from '@commonwire/sdk/device';
import { densityWeights, verifiedLoad } from '../density';
import { isHolding, listedSince, releases } from '../denylist';
import { within } from '../kinds/energy/month';
import { budgetOf, least, mostReleased, rewarding, shareOf } from '../rewards';
import type { DeviceState } from '../types';
import type { Special, Summary } from './judge';
import { months } from './months';
import type { Context } from './plan';
import { copies } from './series';

/** A share (millionths) that takes nothing away. */
export const WHOLE = 1_000_000;

/** What writing a shard needs of the others. */
export interface Reduction {
  /** Sums of all scores by the kind's byte. */
  readonly scores: ReadonlyMap<number, bigint>;
  /** Devices that reported although their key is active under another index. */
  readonly inactive: ReadonlySet<number>;
  /** Devices that count by less than the whole, with their share in millionths. */
  readonly weights: ReadonlyMap<number, number>;
  /** Devices that take over what a retired one with their key left, with its index. */
  readonly heirs: ReadonlyMap<number, number>;
  /** Devices whose series is another one's, with its index: they get nothing. */
  readonly copies: ReadonlyMap<number, number>;
  /** Devices that exceed what a month may give, with the units of this epoch that count. */
  readonly months: ReadonlyMap<number, bigint>;
  /** What is paid of held amounts, by device. */
  readonly released: ReadonlyMap<number, bigint>;
}

/** Reduces the shards' summaries. Their order makes no difference. */
export function reduce(context: Context, summaries: readonly Summary[]): Reduction {
  const { plan, view } = context;
  const special = summaries.flatMap((summary) => summary.special).sort((a, b) => a.index - b.index);
  const byIndex = new Map(special.map((one) => [one.index, one]));
  const inactive = new Set<number>();
  const heirs = new Map<number, number>();
  for (const indices of plan.survey.rivals) {
    const active = activeOf(context, indices, byIndex);
    for (const index of indices) if (byIndex.has(index) && index !== active) inactive.add(index);
    const left = active !== undefined && byIndex.has(active) ? plan.relatives.get(active)?.left : undefined;
    if (left) heirs.set(active!, left.index);
  }
  const equal = copies(
    summaries.map(({ series }) => series),
    (index) => !inactive.has(index),
  );
  const counts = (index: number): boolean => !inactive.has(index) && !equal.has(index);
  const beyond = months(
    summaries.map((summary) => summary.months),
    plan.policy,
    counts,
    (index) => counts(index) && !context.listed.has(index),
  );
  const counting = special
    .filter(({ index }) => counts(index))
    .map((one) => {
      const counted = beyond.get(one.index)?.counted;
      return counted === undefined ? one : { ...one, scores: within(one.scores, counted) };
    });
  const occupants = counting.filter(({ crowded }) => crowded);
  const shares = densityWeights(
    occupants.map(({ index, activated, seconds, scores: each }) => {
      const device = view.device(index)!;
      return { device, activated, load: verifiedLoad(device, total(each), Math.max(seconds, plan.seconds)) };
    }),
    plan.policy,
  );
  const weights = new Map<number, number>();
  for (const [i, { index }] of occupants.entries()) if (shares[i] !== WHOLE) weights.set(index, shares[i]!);

  const scores = new Map<number, bigint>();
  const add = (kind: number, score: bigint) => scores.set(kind, (scores.get(kind) ?? 0n) + score);
  for (const summary of summaries) for (const [kind, score] of summary.scores) add(kind, score);
  for (const [index, { total: copied, kind }] of equal) if (!byIndex.has(index)) add(kind, -copied);
  // Closed by steps, only the bytes of special devices are at hand here; months are those of energy alone.
  for (const [index, { beyond: more }] of beyond) if (!byIndex.has(index)) add(Kind.energy, -more);
  const owned = new Map<number, bigint>();
  for (const { index, scores: each } of counting) {
    const weight = weights.get(index) ?? WHOLE;
    const score = total(each.map((one) => thinned(one, weight)));
    owned.set(index, score);
    add(view.device(index)!.kind, score);
  }
  return {
    scores,
    inactive,
    weights,
    heirs,
    copies: new Map(Array.from(equal, ([index, { of }]) => [index, of])),
    months: new Map(Array.from(beyond, ([index, { counted }]) => [index, counted])),
    released: releasedNow(context, scores, owned),
  };
}

/**
 * Pays what was held of devices that nothing is held of any longer, as far as their own reward leaves room under the cap: what
 * can't be paid isn't set apart. The chain refuses growth of retired ones.
 * @param scores sums by kind @param owned those of special devices, as all are that something is held of
 */
function releasedNow(
  { plan, view, states, listed }: Context,
  scores: Reduction['scores'],
  owned: ReadonlyMap<number, bigint>,
): Map<number, bigint> {
  const { policy, limits, cutTime } = plan;
  const budget = budgetOf(policy, limits);
  // The most that it can be: what is released may lessen the budget.
  const rewardOf = rewarding(policy, budget, scores);
  const free = function* (): Generator<[number, bigint]> {
    for (const [index, hold] of states.holds()) {
      const entry = listed.get(index);
      const since = listedSince(hold, entry, cutTime);
      if (view.isRetired(index) || isHolding(policy.denylist, entry, since, cutTime)) continue;
      // Of a device that didn't report, nothing but what is held may be at hand.
      const score = owned.get(index) ?? 0n;
      const reward = score > 0n ? rewardOf({ kind: view.device(index)!.kind, score }) : 0n;
      const room = budget.device - reward;
      yield [index, least(hold.held, room)];
    }
  };
  return releases(free(), budget.device, mostReleased(policy, limits));
}

const total = (scores: readonly bigint[]): bigint => scores.reduce((sum, score) => sum + score, 0n);

/** The part of a report's score that counts. */
export const thinned = (score: bigint, weight: number): bigint =>
  weight === WHOLE ? score : shareOf(score, weight);

/**
 * The index under which a key is active: the one that has a state and isn't retired or, if there is none, the one whose
 * first report of this epoch is the earliest by (start, hash). Anyone can register anyone's key, so the key itself decides.
 */
function activeOf(
  { view, states }: Context,
  indices: readonly number[],
  special: ReadonlyMap<number, Special>,
): number | undefined {
  const known = indices.findLast((index) => states.has(index) && !view.isRetired(index));
  if (known !== undefined) return known;
  let earliest: Special | undefined;
  for (const index of indices) {
    const one = special.get(index);
    if (one && (!earliest || isEarlier(one, earliest))) earliest = one;
  }
  return earliest?.index;
}

function isEarlier({ first: a }: Special, { first: b }: Special): boolean {
  return a!.start < b!.start || (a!.start === b!.start && a!.hash < b!.hash);
}

/** A state after another device has taken it over. */
export const emptied = (state: DeviceState): DeviceState => ({
  ...state,
  debt: 0n,
  recent: [],
  month: undefined,
});
