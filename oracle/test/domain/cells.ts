/** H3 cells as registries have them. */
import { cellToCenterChild, cellToChildren, cellToLatLng, cellToParent, gridDisk, latLngToCell } from 'h3-js';

const idOf = (name: string): bigint => BigInt(`0x${name}`);
const nameOf = (cell: bigint): string => cell.toString(16);

/** The cell of a place in degrees. */
export const cellOf = (latitude: number, longitude: number, resolution: number): bigint =>
  idOf(latLngToCell(latitude, longitude, resolution));

/** The larger cell around a cell. */
export const parentOf = (cell: bigint, resolution: number): bigint =>
  idOf(cellToParent(nameOf(cell), resolution));

/** The smaller cell at a cell's centre. */
export const middleOf = (cell: bigint, resolution: number): bigint =>
  idOf(cellToCenterChild(nameOf(cell), resolution));

/** A smaller cell in a cell. */
export const childOf = (cell: bigint, resolution: number): bigint =>
  idOf(cellToChildren(nameOf(cell), resolution)[0]!);

/** A cell and those around it. */
export const disk = (cell: bigint, rings: number): bigint[] => gridDisk(nameOf(cell), rings).map(idOf);

/** The position fields of a report from a cell's centre. */
export function positionIn(cell: bigint): { latitude: number; longitude: number } {
  const [latitude, longitude] = cellToLatLng(nameOf(cell));
  return { latitude: Math.round(latitude * 1e7), longitude: Math.round(longitude * 1e7) };
}
