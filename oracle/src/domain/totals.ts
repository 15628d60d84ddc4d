import { sortedCounts } from './canonical';
import type { Counts } from './types';

/** Adds up counts by code; returns them sorted. */
export function addCounts(...all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const counts of all) {
    for (const [code, count] of Object.entries(counts)) sum[code] = (sum[code] ?? 0) + count;
  }
  return sortedCounts(sum);
}
