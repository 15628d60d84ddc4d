/** How far a reported position lies from the cell an owner asserted. */
import { cellToLatLng, isValidCell } from 'h3-js';
import { cosine, sine } from './sun';

const EARTH_METRES = 6_371_008.8;

/** A point on the globe, degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * The centre of an H3 cell, or undefined where `cell` is none. Rounded to 1e-5 degree (1 m): h3-js computes with the
 * engine's own trigonometry, whose last bits differ between engines.
 */
export function cellCentre(cell: bigint): Place | undefined {
  // Reports come device by device: the last answer is mostly the next.
  if (!last || last.cell !== cell) last = { cell, centre: findCentre(cell) };
  return last.centre;
}

let last: { readonly cell: bigint; readonly centre: Place | undefined } | undefined;

function findCentre(cell: bigint): Place | undefined {
  const name = cell.toString(16);
  if (!isValidCell(name)) return undefined;
  const [latitude, longitude] = cellToLatLng(name);
  return { latitude: round(latitude), longitude: round(longitude) };
}

const round = (degrees: number): number => Math.floor(degrees * 100_000 + 0.5) / 100_000;

/** Whether two places are at most `metres` apart, by the chord between them, which is shorter than the arc. */
export function within(a: Place, b: Place, metres: number): boolean {
  const p = unit(a);
  const q = unit(b);
  const x = p.x - q.x;
  const y = p.y - q.y;
  const z = p.z - q.z;
  const limit = metres / EARTH_METRES;
  return x * x + y * y + z * z <= limit * limit;
}

function unit({ latitude, longitude }: Place): { x: number; y: number; z: number } {
  const flat = cosine(latitude);
  return { x: flat * cosine(longitude), y: flat * sine(longitude), z: sine(latitude) };
}
