import type { OutstandingChange } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import type { Registry } from '../domain/index';

/** Returns changes of owner that take effect after `epoch`, by device. A device has at most one. */
export function outstandingAfter(registry: Registry, epoch: number): Map<number, OutstandingChange> {
  const found = new Map<number, OutstandingChange>();
  for (const { kind, change } of registry.ownerEntries()) {
    const effective_epoch = Number(change.effectiveEpoch);
    if (effective_epoch <= epoch) continue;
    const owner = 'owner' in change ? new PublicKey(change.owner).toBase58() : null;
    found.set(change.index, { change: kind, owner, effective_epoch });
  }
  return found;
}
