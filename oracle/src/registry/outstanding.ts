import type { OutstandingChange } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import type { Registry } from '../domain/index';

/** Returns the device's change of owner that takes effect after `epoch`, or null. A device has at most one. */
export function outstandingOf(registry: Registry, index: number, epoch: number): OutstandingChange | null {
  const last = registry.ownerEntriesOf(index).at(-1);
  if (!last) return null;
  const { kind, change } = last;
  const effective_epoch = Number(change.effectiveEpoch);
  if (effective_epoch <= epoch) return null;
  const owner = 'owner' in change ? new PublicKey(change.owner).toBase58() : null;
  return { change: kind, owner, effective_epoch };
}
