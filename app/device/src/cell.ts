import { latLngToCell } from 'h3-js';

/** H3 resolution of the cell a device is registered in: about 10 m across. */
const CELL_RESOLUTION = 12;

/** The H3 cell that a device at this position, in 1e-7 degree, is registered in. */
export function deviceCell(latitude: number, longitude: number): bigint {
  return BigInt(`0x${latLngToCell(latitude / 1e7, longitude / 1e7, CELL_RESOLUTION)}`);
}
