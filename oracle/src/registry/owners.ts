import { toHex } from '@commonwire/sdk/core';
import type { Registry } from '../domain/index';

/**
 * The devices that each owner has, had, or will have, so that a list of an owner's devices costs what the owner has and
 * not what the network has. Follows a registry, which only grows.
 */
export class OwnerIndex {
  private readonly byOwner = new Map<string, number[]>();
  private devices = 0;
  private changes = 0;

  constructor(private readonly registry: Registry) {}

  /** Returns indices in ascending order. Whether a device is the owner's in an epoch is up to the registry's view. */
  candidates(owner: Uint8Array): readonly number[] {
    this.update();
    return this.byOwner.get(toHex(owner)) ?? [];
  }

  private update(): void {
    const { registry } = this;
    // No change takes effect before epoch 1, so this view has the owners who registered the devices.
    const registered = registry.in(0);
    for (; this.devices < registry.deviceCount; this.devices++)
      this.add(registered.device(this.devices)!.owner, this.devices);
    for (const { change } of registry.ownerEntries(this.changes)) {
      this.changes++;
      if ('owner' in change) this.add(change.owner, change.index);
    }
  }

  private add(owner: Uint8Array, index: number): void {
    const key = toHex(owner);
    const indices = this.byOwner.get(key);
    if (!indices) this.byOwner.set(key, [index]);
    else if (index > indices.at(-1)!) indices.push(index);
    else {
      const place = firstAbove(indices, index - 1);
      if (indices[place] !== index) indices.splice(place, 0, index);
    }
  }
}

/** Returns the position of the first of ascending numbers that is greater than `than`. */
export function firstAbove(numbers: readonly number[], than: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! > than) high = middle;
    else low = middle + 1;
  }
  return low;
}
