import { equal } from '@commonwire/sdk/core';
import { type RegistryChange, registryHashAfter } from '@commonwire/sdk/network';

/** Changes that follow one another, and those that nothing here leads to. */
export interface Ordered {
  readonly changes: readonly RegistryChange[];
  readonly left: readonly RegistryChange[];
}

/**
 * Puts changes into the order in which the program made them: nodes list transactions by slot, and within one in any
 * order. A registration can only come next where the registry has as many devices as its first index says, and of all that
 * might come next, that one does whose running hash follows from the last.
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
