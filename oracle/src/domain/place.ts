/** How far a reported position lies from the cell an owner asserted. */
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

/** The cell of that resolution which `cell` lies in; undefined where `cell` is none or larger. */
export function cellAt(cell: bigint, resolution: number): bigint | undefined {
  const name = cell.toString(16);
  if (!isValidCell(name) || getResolution(name) < resolution) return undefined;
  return BigInt(`0x${cellToParent(name, resolution)}`);
}

/** As {@link cellAt}, but in a larger cell the one at its centre, so that every place belongs to one cell only. */
export function cellAround(cell: bigint, resolution: number): bigint | undefined {
  const name = cell.toString(16);
  if (!isValidCell(name)) return undefined;
  if (getResolution(name) >= resolution) return cellAt(cell, resolution);
  return BigInt(`0x${cellToCenterChild(name, resolution)}`);
}

/** Whether two places are at most `metres` apart, by the chord between them, which is shorter than the arc. */
export function within(a: Place, b: Place, metres: number): boolean {
  const limit = metres / EARTH_METRES;
  return chordSquared(a, b) <= limit * limit;
}

/** Squared radius (of the circle around a cell) over its furthest corner's: room for corners and centre being rounded. */
const ROUNDING_ROOM = 1.44;

/**
 * Whether a place lies in a cell of some 10 m, or beside it by a few metres at most: in the circle through its furthest
 * corner, widened by a fifth. Every place inside passes on every machine, and the centres of its neighbours don't.
 */
export function isInCell(place: Place, cell: bigint): boolean {
  if (lastOutline?.cell !== cell) lastOutline = { cell, ...outline(cell) };
  return chordSquared(place, lastOutline.centre) <= lastOutline.reach;
}

interface Outline {
  readonly centre: Place;
  /** Squared chord, of a globe with radius 1. */
  readonly reach: number;
}

let lastOutline: ({ readonly cell: bigint } & Outline) | undefined;

function outline(cell: bigint): Outline {
  const centre = findCentre(cell)!;
  let reach = 0;
  for (const [latitude, longitude] of cellToBoundary(cell.toString(16))) {
    const corner = { latitude: round(latitude), longitude: round(longitude) };
    reach = Math.max(reach, chordSquared(centre, corner));
  }
  return { centre, reach: reach * ROUNDING_ROOM };
}

/** Of a globe with radius 1. */
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
