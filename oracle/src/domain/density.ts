/** How much the devices' scores count where many of them share a place. */
import { kindOf } from './kinds';
import { cellAround } from './place';
import { cellRoom, type Policy } from './policy';
import type { Device } from './types';

/** H3 resolution of the cells with a limited capacity: about 150 m across. */
const CELL_RESOLUTION = 10;
const MILLION = 1_000_000;

/** A device with a positive score. */
export interface Occupant {
  readonly device: Device;
  /** The epoch in which its key first signed for its index. */
  readonly activated: number;
}

/**
 * Returns the share (millionths) by which each device counts, in the order given. The policy sets how much capacity of
 * each kind counts in a cell. Devices fill a cell in order of activation epoch, then index, whatever order they are
 * given in. A device that fits partly counts by that part, and those after it don't count.
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
    const cell = `${device.kind} ${cellAround(device.h3Cell, CELL_RESOLUTION)}`;
    const before = used.get(cell) ?? 0;
    const load = kind.load?.(device) ?? device.capacity;
    const fits = Math.min(load, cellRoom(policy, kind.name) - before);
    used.set(cell, before + fits);
    if (fits < load) weights[i] = Number((BigInt(fits) * BigInt(MILLION)) / BigInt(load));
  }
  return weights;
}
