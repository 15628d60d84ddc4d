/** The distance between a reported position and the cell that an owner asserted. */
import { placeOf } from '@commonwire/sdk/device';
import {
  cellToBoundary,
  cellToCenterChild,
  cellToLatLng,
  cellToParent,
  getResolution,
  isValidCell,
} from 'h3-js';
import { cosine, sine } from './sun';

const EARTH_METRES = 6_371_008.8;

/** H3's name of a registered cell, which may name a mount as well. */
const nameOf = (cell: bigint): string => placeOf(cell).toString(16);

/** A point on the globe, degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * The centre of an H3 cell, or undefined if `cell` is invalid. Rounded to 1e-5 degree (1 m), because h3-js uses the
 * engine's trigonometry, whose last bits differ between engines.
 */
export function cellCentre(cell: bigint): Place | undefined {
  // Reports come device by device, so the next call mostly asks for the same cell.
  if (!last || last.cell !== cell) last = { cell, centre: findCentre(cell) };
  return last.centre;
}

let last: { readonly cell: bigint; readonly centre: Place | undefined } | undefined;

function findCentre(cell: bigint): Place | undefined {
  const name = nameOf(cell);
  if (!isValidCell(name)) return undefined;
  const [latitude, longitude] = cellToLatLng(name);
  return { latitude: round(latitude), longitude: round(longitude) };
}

const round = (degrees: number): number => Math.floor(degrees * 100_000 + 0.5) / 100_000;

/** The cell of a resolution that contains `cell`; undefined if `cell` is invalid or larger. */
export function cellAt(cell: bigint, resolution: number): bigint | undefined {
  const name = nameOf(cell);
  if (!isValidCell(name) || getResolution(name) < resolution) return undefined;
  return BigInt(`0x${cellToParent(name, resolution)}`);
}

/** Like {@link cellAt}, but returns a larger cell's centre child, so that every place belongs to exactly one cell. */
export function cellAround(cell: bigint, resolution: number): bigint | undefined {
  const name = nameOf(cell);
  if (!isValidCell(name)) return undefined;
  if (getResolution(name) >= resolution) return cellAt(cell, resolution);
  return BigInt(`0x${cellToCenterChild(name, resolution)}`);
}

/** Whether two places are at most `metres` apart, measured by the chord, which is shorter than the arc. */
export function within(a: Place, b: Place, metres: number): boolean {
  const limit = metres / EARTH_METRES;
  return chordSquared(a, b) <= limit * limit;
}

/** Factor on the squared distance of a cell's furthest corner, to allow for the rounding of corners and centre. */
const ROUNDING_ROOM = 1.44;

/**
 * Whether a place is in a cell about 10 m across, or at most a few metres outside: within the circle through the cell's
 * furthest corner, widened by a fifth. Every place inside passes on every machine, and the neighbours' centres don't.
 */
export function isInCell(place: Place, cell: bigint): boolean {
  if (lastOutline?.cell !== cell) lastOutline = { cell, ...outline(cell) };
  return chordSquared(place, lastOutline.centre) <= lastOutline.reach;
}

interface Outline {
  readonly centre: Place;
  /** Squared chord on a globe of radius 1. */
  readonly reach: number;
}

let lastOutline: ({ readonly cell: bigint } & Outline) | undefined;

function outline(cell: bigint): Outline {
  const centre = findCentre(cell)!;
  let reach = 0;
  for (const [latitude, longitude] of cellToBoundary(nameOf(cell))) {
    const corner = { latitude: round(latitude), longitude: round(longitude) };
    reach = Math.max(reach, chordSquared(centre, corner));
  }
  return { centre, reach: reach * ROUNDING_ROOM };
}

/** Squared chord between two places on a globe of radius 1. */
function chordSquared(a: Place, b: Place): number {
  const p = unit(a);
  const q = unit(b);
  const x = p.x - q.x;
  const y = p.y - q.y;
  const z = p.z - q.z;
  return x * x + y * y + z * z;
}

function unit({ latitude, longitude }: Place): { x: number; y: number; z: number } {
  const flat = cosine(latitude);
  return { x: flat * cosine(longitude), y: flat * sine(longitude), z: sine(latitude) };
}
