/** Bounds what an energy device delivers in a month by what its neighbours reach, and by the climate. */
import { mountOf } from '@commonwire/sdk/device';
import { kindOf } from '../kinds';
import { clearMonth, climateMost, energyOf, isWhole, monthAt, spanOf } from '../kinds/energy/month';
import { cellCentre } from '../place';
import type { Policy } from '../policy';
import type { Device, Month } from '../types';
import type { Plan } from './plan';
import { asBuffer, Growing } from './shards';

const WHOLE = 1_000_000;
/** An area has a bound from this many times as many owners on as must reach it, so that those are the better ones. */
const OWNERS = 2;
/** Bytes of a row: index u32, area u32, owner 48 bits, reached u32, kept f64, sum f64, clear f64, climate f64. */
const ROW = 50;
const FIRST_ROWS = 256;
const MOST_U32 = 0xffff_ffff;

/** Whether a policy bounds months at all. */
export const boundsMonths = ({ energy }: Policy): boolean =>
  energy.month_neighbours > 0 || energy.month_climate_ppm > 0;

/** The span in which an epoch's logs were sealed. */
export const lastSpan = ({ nextHorizon, policy }: Pick<Plan, 'nextHorizon' | 'policy'>): number =>
  spanOf(nextHorizon + policy.late_seconds);

/** Whether a device's months are kept. */
export const keepsMonth = ({ kind }: Device, policy: Policy): boolean =>
  kindOf(kind)?.name === 'energy' && boundsMonths(policy);

/** The digits of an H3 cell up to resolution 4, about 45 km across. */
const areaOf = (cell: bigint): number => Number((cell & 0xf_ffff_ffff_ffffn) >> 33n);

/** Collects what reducing compares: a row for each energy device that delivered something in the epoch. */
export class MonthWriter {
  private readonly out = new Growing(FIRST_ROWS * ROW);
  private readonly span: number;

  constructor(private readonly plan: Pick<Plan, 'nextHorizon' | 'policy'>) {
    this.span = lastSpan(plan);
  }

  /**
   * @param before what the device's state says @param sum of the epoch's scores
   * @param countsWhole whether the device counts by all of its capacity: otherwise it says nothing of what others can reach
   */
  add(device: Device, before: Month | undefined, sum: bigint, countsWhole: boolean): void {
    const { policy } = this.plan;
    if (sum === 0n || !keepsMonth(device, policy)) return;
    const { index, h3Cell, owner, capacity } = device;
    const place = cellCentre(h3Cell);
    if (!place) return;
    const { latitude } = place;
    const month = monthAt(before, this.span);
    const mount = mountOf(h3Cell) ?? 'unknown';
    const clear = clearMonth(capacity, latitude, mount, month.last);
    const kept = energyOf(month);
    // Panels of unknown mount mostly don't turn, and may all the same.
    const usual = mount === 'unknown' ? clearMonth(capacity, latitude, 'fixed', month.last) : clear;
    const reached = countsWhole && isWhole(month) && usual > 0 ? shareOfClear(kept + Number(sum), usual) : 0;
    const bytes = this.out.reserve(ROW);
    let at = bytes.writeUInt32LE(index, this.out.length);
    at = bytes.writeUInt32LE(areaOf(h3Cell), at);
    at += asBuffer(owner).copy(bytes, at, 0, 6);
    at = bytes.writeUInt32LE(reached, at);
    at = bytes.writeDoubleLE(kept, at);
    at = bytes.writeDoubleLE(Number(sum), at);
    at = bytes.writeDoubleLE(clear, at);
    const isOff = policy.energy.month_climate_ppm === 0;
    const climate = isOff ? Number.MAX_SAFE_INTEGER : climateMost(clear, latitude, policy.energy);
    this.out.length = bytes.writeDoubleLE(climate, at);
  }

  /** The rows, in memory that threads share. */
  end(): Uint8Array {
    return this.out.shared();
  }
}

const shareOfClear = (energy: number, clear: number): number =>
  Math.min(MOST_U32, Math.floor((energy / clear) * WHOLE));

/**
 * Finds the devices whose month would exceed its bound with this epoch's scores, and what of these counts. The bound is a
 * share of the clear month: the climate's, and no more than what the n-th best of the area's owners reaches, with a margin, or
 * the policy's least if that is more, once twice as many have devices that delivered all month. Each owner counts once, by the best of its devices. So who reports
 * little takes nothing from n honest owners, and who claims too much needs n owners to be believed.
 * @param rows of each shard @param counts whether a device is paid @param tells whether it says what others can reach
 */
export function months(
  rows: readonly Uint8Array[],
  { energy: policy }: Policy,
  counts: (index: number) => boolean,
  tells = counts,
): Map<number, { readonly counted: bigint; readonly beyond: bigint }> {
  const buffers = rows.map(asBuffer);
  const reach = policy.month_neighbours > 0 ? reachOf(buffers, policy.month_neighbours, tells) : undefined;
  const found = new Map<number, { counted: bigint; beyond: bigint }>();
  for (const bytes of buffers)
    for (let at = 0; at < bytes.length; at += ROW) {
      const index = bytes.readUInt32LE(at);
      if (!counts(index)) continue;
      const there = reach?.get(bytes.readUInt32LE(at + 4));
      const [kept, sum] = [bytes.readDoubleLE(at + 18), bytes.readDoubleLE(at + 26)];
      const [clear, climate] = [bytes.readDoubleLE(at + 34), bytes.readDoubleLE(at + 42)];
      const neighbours =
        there === undefined
          ? climate
          : Math.floor(
              (clear * Math.max(there * policy.month_margin_ppm, policy.month_least_ppm * WHOLE)) /
                WHOLE /
                WHOLE,
            );
      const most = Math.min(climate, neighbours);
      if (kept + sum <= most) continue;
      const counted = Math.max(0, most - kept);
      found.set(index, { counted: BigInt(counted), beyond: BigInt(sum - counted) });
    }
  return found;
}

/** What the `fewest`-th best owner of each area reaches, millionths of the clear month; none of areas with too few owners. */
function reachOf(
  rows: readonly Buffer[],
  fewest: number,
  tells: (index: number) => boolean,
): Map<number, number> {
  const areas = new Map<number, Map<number, number>>();
  for (const bytes of rows)
    for (let at = 0; at < bytes.length; at += ROW) {
      const reached = bytes.readUInt32LE(at + 14);
      if (reached === 0 || !tells(bytes.readUInt32LE(at))) continue;
      const area = bytes.readUInt32LE(at + 4);
      const owner = bytes.readUIntLE(at + 8, 6);
      const owners = areas.get(area) ?? new Map<number, number>();
      owners.set(owner, Math.max(owners.get(owner) ?? 0, reached));
      areas.set(area, owners);
    }
  const reach = new Map<number, number>();
  for (const [area, owners] of areas) {
    if (owners.size < OWNERS * fewest) continue;
    reach.set(area, [...owners.values()].sort((a, b) => b - a)[fewest - 1]!);
  }
  return reach;
}
