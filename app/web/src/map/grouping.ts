import { cellToBoundary, cellToLatLng, cellToParent, getResolution, isValidCell } from 'h3-js';
import type { Extent, Groups } from './messages';
import { project } from './view';

const FINEST = 15;

/** Where items are, by their H3 cells. Maps of the whole network group them by larger cells. */
export class PlacedItems {
  /** Items by their own cell. Many share one, so that each cell is looked at once. */
  private readonly items = new Map<string, number[]>();
  private count = 0;
  private unplaced = 0;
  private extent: Extent | undefined;

  /** Adds items in their order; null: one that isn't shown. */
  add(cells: readonly (string | null)[]): void {
    for (const cell of cells) {
      const item = this.count++;
      if (cell === null) continue;
      const there = this.items.get(cell);
      if (there) there.push(item);
      else if (isValidCell(cell)) {
        this.items.set(cell, [item]);
        const [x, y] = centerOf(cell);
        const [left, top, right, bottom] = this.extent ?? [x, y, x, y];
        this.extent = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
      } else this.unplaced++;
    }
  }

  /** Groups all by cells of a resolution, or by their own where that is coarser. */
  group(resolution: number): Groups {
    const counts = new Map<string, number>();
    for (const [cell, { length }] of this.items) {
      const group = within(cell, resolution);
      counts.set(group, (counts.get(group) ?? 0) + length);
    }
    const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const centers = new Float64Array(2 * sorted.length);
    const starts = new Uint32Array(sorted.length + 1);
    const corners: number[] = [];
    for (const [at, [cell]] of sorted.entries()) {
      const [x, y] = centerOf(cell);
      centers.set([x, y], 2 * at);
      for (const [latitude, longitude] of cellToBoundary(cell)) {
        const corner = project(latitude, longitude);
        // A cell on the edge of the map goes on beyond it.
        corners.push(corner[0] + Math.round(x - corner[0]), corner[1]);
      }
      starts[at + 1] = corners.length / 2;
    }
    return {
      resolution,
      ids: BigUint64Array.from(sorted, ([cell]) => BigInt(`0x${cell}`)),
      counts: Uint32Array.from(sorted, ([, count]) => count),
      centers,
      corners: Float64Array.from(corners),
      starts,
      extent: this.extent,
      unplaced: this.unplaced,
    };
  }

  /** The items in a cell, in their order. */
  in(cell: string): Uint32Array {
    if (!isValidCell(cell)) return new Uint32Array();
    const resolution = getResolution(cell);
    const found: number[] = [];
    for (const [own, items] of this.items)
      if (within(own, resolution) === cell) for (const item of items) found.push(item);
    return Uint32Array.from(found).sort();
  }
}

const within = (cell: string, resolution: number): string =>
  getResolution(cell) > resolution ? cellToParent(cell, Math.min(resolution, FINEST)) : cell;

/** The centre of a cell on the map. */
export function centerOf(cell: string): readonly [number, number] {
  const [latitude, longitude] = cellToLatLng(cell);
  return project(latitude, longitude);
}
