import { sortedCounts } from './canonical';
import type { Evaluation } from './evaluate';
import type { Counts, Totals } from './types';

/** Adds up counts by code; returns them sorted. */
export function addCounts(...all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const counts of all) {
    for (const [code, count] of Object.entries(counts)) sum[code] = (sum[code] ?? 0) + count;
  }
  return sortedCounts(sum);
}

/** Returns the totals of an epoch, with keys in canonical order. */
export function sumUp(evaluation: Evaluation, refused: Counts): Totals {
  const outcomes = { accepted: 0, zeroed: 0, rejected: 0, duplicate: 0 };
  const rejected: Record<string, number> = {};
  for (const { outcome, reasons, evidence } of evaluation.verdicts) {
    outcomes[outcome] += 1;
    outcomes.duplicate += evidence.copies - 1;
    if (outcome !== 'rejected') continue;
    for (const reason of reasons) rejected[reason] = (rejected[reason] ?? 0) + 1;
  }
  const { budget, allocated, repaid, earnedTotal } = evaluation;
  return {
    ...outcomes,
    refused_by_code: refused,
    rejected_by_code: sortedCounts(rejected),
    budget: budget.toString(),
    allocated: allocated.toString(),
    unallocated: (budget - allocated).toString(),
    repaid: repaid.toString(),
    earned_total: earnedTotal.toString(),
  };
}
