import {
  destination,
  type LedgerEntry,
  type LedgerTree,
  ledgerNode,
  type SettleSegment,
  settle,
  settleWidth,
} from '@commonwire/sdk/network';
import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import type { TestNetwork } from './test-network';

/** Settles the devices from `first` on, segment by segment: its kind and how many leaves it has. */
export function settlement(
  { address, mint, tokenProgram }: TestNetwork,
  { tree, entries }: { tree: LedgerTree; entries: readonly LedgerEntry[] },
  first: number,
  ...parts: readonly (readonly [SettleSegment['kind'], number])[]
): TransactionInstruction {
  const destinations: PublicKey[] = [];
  const pay = ({ owner }: LedgerEntry): number => {
    const { address, bump } = destination({ owner: new PublicKey(owner), mint, tokenProgram });
    destinations.push(address);
    return bump;
  };
  let at = first;
  const segments = parts.map(([kind, count]): SettleSegment => {
    const leaves = entries.slice(at, at + count);
    const index = at;
    at += count;
    if (kind === 'skip')
      return { kind, leaves: leaves.map((leaf, i) => ledgerNode({ index: index + i, ...leaf })) };
    if (kind === 'fleet') return { kind, bump: pay(leaves[0]!), earned: leaves.map(({ earned }) => earned) };
    return { kind, leaves: leaves.map((leaf) => ({ bump: pay(leaf), earned: leaf.earned })) };
  });
  const data = { first, width: settleWidth(segments), segments, proof: tree.proveRun(first, at - first) };
  return settle({ network: address, mint, tokenProgram, data, destinations });
}
