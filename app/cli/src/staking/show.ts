import { time, tokens } from '@commonwire/sdk/core';
import {
  earnedBy,
  type PoolHoldings as Holdings,
  type PoolFacts,
  type Position,
} from '@commonwire/sdk/stake';
import { spoken } from './duration';

/** From unlocking to withdrawing. */
const lockOf = ({ lockSeconds }: Position, { coolDownSeconds }: PoolFacts['pool']): number =>
  Math.max(lockSeconds, coolDownSeconds);

/** Formats a pool, and an owner's positions, as JSON. Amounts are base units as text. */
export function stakesJson(facts: PoolFacts, holdings: Holdings | null) {
  const { address, pool: of, decimals, incomeDecimals, arrived, now } = facts;
  return {
    pool: address,
    realm: of.realm,
    mint: of.mint,
    decimals,
    total_weight: `${of.totalWeight}`,
    staked: `${of.staked}`,
    income_mint: of.incomeMint,
    income_decimals: incomeDecimals,
    income_vault: of.vault,
    income_left: `${of.incomeLeft}`,
    income_arrived: `${arrived}`,
    income_window_seconds: Number(of.stream.windowSeconds),
    cool_down_seconds: of.coolDownSeconds,
    owner: holdings?.owner ?? null,
    positions:
      holdings?.positions.map((position) => ({
        id: `${position.id}`,
        amount: `${position.amount}`,
        weight: `${position.weight}`,
        earned: `${earnedBy(of, position, now)}`,
        lock_seconds: position.lockSeconds,
        effective_lock_seconds: lockOf(position, of),
        unlocks_at: position.unlocksAt === 0n ? null : Number(position.unlocksAt),
      })) ?? null,
  };
}

/** Formats a pool, and an owner's positions, for people. */
export function stakesLines(facts: PoolFacts, holdings: Holdings | null): string[] {
  const { address, pool: of, decimals, incomeDecimals, arrived, now } = facts;
  const income = (amount: bigint) => tokens(amount, incomeDecimals);
  return [
    `pool       ${address} of realm ${of.realm}`,
    `staked     ${tokens(of.staked, decimals)} of ${of.mint}, weighing ${tokens(of.totalWeight, decimals)}`,
    `income     ${income(of.incomeLeft)} to be claimed or streamed, ${income(arrived)} arrived and not counted yet`,
    `vault      whoever pays income sends ${of.incomeMint} to ${address} or its token account ${of.vault}`,
    `cool-down  ${spoken(of.coolDownSeconds)}`,
    ...positionLines(of, now, decimals, income, holdings),
  ];
}

function positionLines(
  of: PoolFacts['pool'],
  now: bigint,
  decimals: number,
  income: (amount: bigint) => string,
  holdings: Holdings | null,
): string[] {
  if (!holdings)
    return ['positions  name a wallet with --wallet ADDRESS, or its key with --keypair, to see them'];
  const { owner, positions } = holdings;
  if (positions.length === 0) return [`${owner} has no positions`];
  return positions.map((position) => {
    const { id, amount, weight, unlocksAt } = position;
    const state =
      unlocksAt === 0n
        ? `weighs ${tokens(weight, decimals)}, lock ${spoken(lockOf(position, of))}`
        : `unlocking, withdraw from ${time(unlocksAt)}`;
    return `position ${id}  ${tokens(amount, decimals)}, ${state}; ${income(earnedBy(of, position, now))} earned`;
  });
}
