/** How much the devices' scores count where many of them share a place. */
import { type Kind, kindOf } from './kinds';
import { cellAround } from './place';
import { cellRoom, type Policy } from './policy';
import type { Device } from './types';

const WHOLE = 1_000_000;
const MILLION = BigInt(WHOLE);

/** A device with a positive score. */
export interface Occupant {
  readonly device: Device;
  /** The epoch in which its key first signed for its index. */
  readonly activated: number;
  /** What its verified units fill of its cell, as {@link verifiedLoad} gives it; all that is registered if absent. */
  readonly load?: bigint;
}

/** What a device may fill of its cell, in the unit of the policy's `cell_capacity`. */
const registeredLoad = (kind: Kind, device: Device): number => kind.load?.(device) ?? device.capacity;

/**
 * Returns what a device's verified units fill of its cell, in millionths of the unit of `cell_capacity`: never more than is
 * registered, so that a large registration with next to no units leaves the cell to others.
 * @param units scores before density
 * @param seconds that the device's standing reports cover, or that the epoch lasts if that is longer: a burst doesn't fill
 * a cell for an hour
 */
export function verifiedLoad(device: Device, units: bigint, seconds: number): bigint {
  const kind = kindOf(device.kind)!;
  const registered = BigInt(registeredLoad(kind, device)) * MILLION;
  const { units: many, seconds: within } = kind.filling;
  const rate = BigInt(Math.max(1, seconds)) * many;
  const verified = (units * BigInt(within) * MILLION + rate - 1n) / rate;
  return verified < registered ? verified : registered;
}

/**
 * Returns the share (millionths) by which each device counts, in the order given. The policy sets how much capacity of
 * each kind counts in a cell. Devices fill a cell in order of activation epoch, then index, whatever order they are
 * given in. A device that fits partly counts by that part, and those after it don't count.
 */
export function densityWeights(occupants: readonly Occupant[], policy: Policy): number[] {
  const weights = new Array<number>(occupants.length).fill(WHOLE);
  const order = occupants.map((_, i) => i);
  order.sort((a, b) => {
    const [p, q] = [occupants[a]!, occupants[b]!];
    return p.activated - q.activated || p.device.index - q.device.index;
  });
  const used = new Map<string, bigint>();
  for (const i of order) {
    const { device, load: given } = occupants[i]!;
    const kind = kindOf(device.kind)!;
    const cell = `${device.kind} ${cellAround(device.h3Cell, kind.cellResolution)}`;
    const before = used.get(cell) ?? 0n;
    const load = given ?? BigInt(registeredLoad(kind, device)) * MILLION;
    const room = cellRoom(policy, kind.name);
    const left = Number.isFinite(room) ? BigInt(room) * MILLION - before : load;
    const fits = load < left ? load : left;
    used.set(cell, before + fits);
    if (fits < load) weights[i] = Number((fits * MILLION) / load);
  }
  return weights;
}
