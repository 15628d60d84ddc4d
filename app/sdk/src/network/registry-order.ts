import { equal } from '../core/bytes';
import { type RegistryChange, registryHashAfter } from './registry-changes';

/** Changes in order, and those that could not be placed. */
export interface Ordered {
  readonly changes: readonly RegistryChange[];
  readonly left: readonly RegistryChange[];
}

/**
 * Sorts changes into the order in which the program made them, since nodes list the transactions of one slot in any
 * order. The next change is the one whose running hash follows from the last. A registration is only considered if its
 * first index is the registry's device count.
 */
export function inChainOrder(
  { hash, deviceCount }: { readonly hash: Uint8Array; readonly deviceCount: number },
  found: readonly RegistryChange[],
): Ordered {
  const left = new Set(found);
  const changes: RegistryChange[] = [];
  for (let running = hash, count = deviceCount; ; ) {
    const next = followerOf(running, count, left);
    if (!next) return { changes, left: [...left] };
    left.delete(next);
    changes.push(next);
    running = next.registryHash;
    if (next.kind === 'registered') count += next.devices.length;
  }
}

function followerOf(
  running: Uint8Array,
  count: number,
  left: Iterable<RegistryChange>,
): RegistryChange | undefined {
  for (const change of left) {
    if (change.kind === 'registered' && change.devices[0]?.index !== count) continue;
    if (equal(registryHashAfter(running, change), change.registryHash)) return change;
  }
  return undefined;
}
