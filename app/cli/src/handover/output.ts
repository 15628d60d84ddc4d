import type { PublicKey } from '@solana/web3.js';
import { tokens } from '../format';
import type { HandedOver } from './hand-over';

/** Which device, and between whom. */
interface Parties {
  index: number;
  owner: PublicKey;
  /** Null: it was retired. */
  newOwner: PublicKey | null;
}

/** What was done, and what is left to do, for people. */
export function handedOverLines(
  { network, settled, signature, effectiveEpoch }: HandedOver,
  { index, owner, newOwner }: Parties,
): string[] {
  const paid = `paid         ${tokens(settled, network.decimals)} to ${owner} before`;
  const sent = `transaction  ${signature}`;
  if (!newOwner) {
    return [
      `device       ${index} is retired: it earns nothing from epoch ${effectiveEpoch} on`,
      paid,
      sent,
      `What it earns before stays with ${owner}. Its key may be registered again.`,
    ];
  }
  return [
    `device       ${index} earns for ${newOwner} from epoch ${effectiveEpoch} on`,
    paid,
    sent,
    `What is not settled when epoch ${effectiveEpoch} is promoted goes with the device.`,
    `Tell the device its new owner while epoch ${effectiveEpoch} collects: start its agent with --owner ${newOwner}.`,
  ];
}

/** The same as a JSON document; amounts are base units. */
export const handedOverJson = (
  { network, settled, signature, effectiveEpoch }: HandedOver,
  { index, owner, newOwner }: Parties,
): string =>
  JSON.stringify({
    network: network.address.toBase58(),
    device: index,
    owner: owner.toBase58(),
    new_owner: newOwner?.toBase58() ?? null,
    retired: newOwner === null,
    effective_epoch: Number(effectiveEpoch),
    settled: `${settled}`,
    signature,
  });
