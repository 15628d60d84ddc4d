import { count, tokens } from '../core/words';
import type { AssetFacts } from './facts';

/** Formats an asset's amounts for people: each stream's tokens, and whole shares. */
export const amountsOf = ({ asset, decimals }: AssetFacts) => ({
  tokens: (amount: bigint, stream = 0): string => {
    const what = stream === 0 ? 'tokens' : 'reward tokens';
    return `${tokens(amount, decimals[stream] ?? 0)} ${what}`;
  },
  shares: (amount: bigint): string => wholeShares(amount),
  /** A part of all shares sold. */
  percent: (amount: bigint): string => percent(amount, asset.sold),
});

/** `1 share`, `1,200 shares`. */
export const wholeShares = (amount: bigint): string =>
  amount === 1n ? count(1, 'share') : `${tokens(amount, 0)} shares`;

/** A part of a whole, rounded down to hundredths of a per cent: `33.33 %`. */
export function percent(part: bigint, whole: bigint): string {
  if (whole === 0n) return '0 %';
  return `${tokens((part * 10_000n) / whole, 2)} %`;
}
