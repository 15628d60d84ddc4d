/** How much of what devices bring counts where many stand in one place. */
import { kindOf } from './kinds';
import { cellAround } from './place';
import type { Policy } from './policy';
import type { Device } from './types';

/** Resolution of the cells that fill up: about 150 m across. */
const CROWD = 10;
const MILLION = 1_000_000;

/** A device that has something to be paid for. */
export interface Occupant {
  readonly device: Device;
  /** The epoch in which its key first spoke for its index. */
  readonly activated: number;
}

/**
 * The share (millionths) by which each device counts, in the order given. A cell carries of each kind what the policy
 * says; devices fill it by the epoch they were activated in, then by index, whatever order they are given in. The one
 * that fits in part counts by that part, those after it not at all.
 */
export function densityWeights(occupants: readonly Occupant[], policy: Policy): number[] {
  const weights = new Array<number>(occupants.length).fill(MILLION);
  const order = occupants.map((_, i) => i);
  order.sort((a, b) => {
    const [p, q] = [occupants[a]!, occupants[b]!];
    return p.activated - q.activated || p.device.index - q.device.index;
  });
  const used = new Map<string, number>();
  for (const i of order) {
    const { device } = occupants[i]!;
    const kind = kindOf(device.kind)!;
    const cell = `${device.kind} ${cellAround(device.h3Cell, CROWD)}`;
    const before = used.get(cell) ?? 0;
    const load = kind.load?.(device) ?? device.capacity;
    const fits = Math.min(load, policy.cell_capacity[kind.name] - before);
    used.set(cell, before + fits);
    if (fits < load) weights[i] = Number((BigInt(fits) * BigInt(MILLION)) / BigInt(load));
  }
  return weights;
}
