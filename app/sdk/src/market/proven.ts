import { PublicKey } from '@solana/web3.js';
import { fromHex } from '../core/bytes';
import type { OrderInfo, UsageLeafInfo } from '../oracle/market-api';
import { type UsageAbsence, type UsageLeaf, type UsageProof, verifyAbsence, verifyUsage } from './usage';

/** What an order or offer has used, or that it has used nothing: `settleUse` and `closeOrder` take it. */
export type ProvenUsage = { leaf: UsageLeaf; proof: UsageProof } | { absence: UsageAbsence };

/**
 * What an oracle answered about an account, proven; undefined if it doesn't lead to this usage root.
 *
 * @example
 * const { current } = await fetchNetwork(connection, network);
 * const proven = provenUsage(await oracle.order(order), current.usageRoot);
 */
export function provenUsage(info: OrderInfo, usageRoot: Uint8Array): ProvenUsage | undefined {
  try {
    const { account, usage, absence } = info;
    if (usage) {
      const leaf = leafOf(usage.leaf);
      const proof = proofOf(usage);
      const isProven = usage.leaf.account === account && verifyUsage(usageRoot, leaf, proof);
      return isProven ? { leaf, proof } : undefined;
    }
    if (!absence) return undefined;
    const shown = { leaves: absence.leaves.map(leafOf), ...proofOf(absence) };
    return verifyAbsence(usageRoot, new PublicKey(account), shown) ? { absence: shown } : undefined;
  } catch {
    // An amount beyond 64 bits, or an address that is none: nothing of the kind is a leaf.
    return undefined;
  }
}

const leafOf = ({ side, account, birth, counterparty, units, amount }: UsageLeafInfo): UsageLeaf => ({
  side,
  account: new PublicKey(account),
  birth: BigInt(birth),
  counterparty: new PublicKey(counterparty),
  units: BigInt(units),
  amount: BigInt(amount),
});

const proofOf = ({ index, count, nodes }: { index: number; count: number; nodes: readonly string[] }) => ({
  index,
  count,
  nodes: nodes.map(fromHex),
});
