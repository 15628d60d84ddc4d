import { latLngToCell } from 'h3-js';

/** H3 resolution of registered cells: about 10 m across. */
const CELL_RESOLUTION = 12;

/** Returns the H3 cell around a position, given in 1e-7 degree; by default the one to register for a device there. */
export function deviceCell(latitude: number, longitude: number, resolution = CELL_RESOLUTION): bigint {
  return BigInt(`0x${latLngToCell(latitude / 1e7, longitude / 1e7, resolution)}`);
}
