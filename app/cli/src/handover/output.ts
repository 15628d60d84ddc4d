import { tokens } from '@commonwire/sdk/core';
import type { PublicKey } from '@solana/web3.js';
import type { HandedOver } from './hand-over';

/** The device and its owners. */
interface Parties {
  index: number;
  owner: PublicKey;
  /** Null if the device was retired. */
  newOwner: PublicKey | null;
}

/** Formats the result and the next steps as text lines. */
export function handedOverLines(
  { network, settled, signature, effectiveEpoch }: HandedOver,
  { index, owner, newOwner }: Parties,
): string[] {
  const paid = `paid         ${tokens(settled, network.decimals)} to ${owner} first`;
  const sent = `transaction  ${signature}`;
  if (!newOwner) {
    return [
      `device       ${index} is retired: it earns nothing from epoch ${effectiveEpoch} on`,
      paid,
      sent,
      `Earlier earnings stay with ${owner}. Its key may be registered again.`,
    ];
  }
  return [
    `device       ${index} earns for ${newOwner} from epoch ${effectiveEpoch} on`,
    paid,
    sent,
    `Anything still due when epoch ${effectiveEpoch} is promoted goes to the new owner.`,
    `While epoch ${effectiveEpoch} collects reports, restart the device's agent with --owner ${newOwner}.`,
  ];
}

/** Formats the result as JSON; amounts are base units. */
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
