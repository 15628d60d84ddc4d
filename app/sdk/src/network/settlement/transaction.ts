import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { settle } from '../instructions/settle';
import { MAX_SEGMENT_LEAVES, type SettleSegment, settleWidth } from '../instructions/settle-data';
import type { LedgerEntry, LedgerTree } from '../merkle/ledger';
import { type Leaves, Use } from './leaves';
import type { TokenAccounts } from './token-accounts';

/** The parts that settlements are built from, besides the plan. */
export interface SettlementParts {
  network: PublicKey;
  tree: LedgerTree;
  entries: readonly LedgerEntry[];
  accounts: TokenAccounts;
  leaves: Leaves;
}

/** The `settle` of a run. */
export function settlementInstruction(
  { network, tree, entries, accounts, leaves }: SettlementParts,
  { first, count }: { first: number; count: number },
): TransactionInstruction {
  const segments: SettleSegment[] = [];
  const destinations: PublicKey[] = [];
  const each = (leaf: number) => ({
    bump: accounts.bump(leaves.owner[leaf]!),
    earned: entries[leaf]!.earned,
  });
  for (let leaf = first; leaf < first + count; ) {
    if (leaves.use[leaf] === Use.skip) {
      const last = segments.at(-1);
      if (last?.kind === 'skip' && last.leaves.length < MAX_SEGMENT_LEAVES) {
        segments[segments.length - 1] = { kind: 'skip', leaves: [...last.leaves, tree.leaf(leaf)] };
      } else segments.push({ kind: 'skip', leaves: [tree.leaf(leaf)] });
      leaf += 1;
      continue;
    }
    const end = fleetEnd(leaves, leaf, Math.min(first + count, leaf + MAX_SEGMENT_LEAVES));
    destinations.push(accounts.publicKey(leaves.owner[leaf]!));
    if (end - leaf > 1) {
      const earned = entries.slice(leaf, end).map((entry) => entry.earned);
      segments.push({ kind: 'fleet', bump: each(leaf).bump, earned });
    } else {
      const last = segments.at(-1);
      if (last?.kind === 'each' && last.leaves.length < MAX_SEGMENT_LEAVES) {
        segments[segments.length - 1] = { kind: 'each', leaves: [...last.leaves, each(leaf)] };
      } else segments.push({ kind: 'each', leaves: [each(leaf)] });
    }
    leaf = end;
  }
  const data = { first, width: settleWidth(segments), segments, proof: tree.proveRun(first, count) };
  const { mint, tokenProgram } = accounts;
  return settle({ network, mint, tokenProgram, data, destinations });
}

/** End of the neighbours from `leaf` on that name its owner. */
function fleetEnd({ use, owner }: Leaves, leaf: number, most: number): number {
  let end = leaf + 1;
  while (end < most && use[end] !== Use.skip && owner[end] === owner[leaf]) end += 1;
  return end;
}
