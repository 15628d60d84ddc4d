import type { Extent } from './messages';

/** What of the map is seen: the point in its middle, in parts of the map's width, and the width of the whole in pixels. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

/** What a map is drawn on, in pixels. */
export interface Size {
  width: number;
  height: number;
}

const MOST_LATITUDE = 85;
const [LEAST_SCALE, MOST_SCALE] = [256, 2 ** 25];
/** Kilometres around the equator and along the edge of the largest cells; those of the next resolution are smaller by this. */
const [EQUATOR_KM, EDGE_KM, RATIO] = [40_075, 1_281, Math.sqrt(7)];
/** Cells are at least so wide in pixels, at the equator: smaller ones couldn't be told apart or met. */
const LEAST_CELL = 8;
const FINEST = 15;
/** How closely a view fits what it is to show at first. */
const FIRST_SCALE = 2 ** 16;
const ROOM = 0.7;

/** Where a place is on a map after Mercator, whose left edge is 0 and right edge 1; y goes down. */
export function project(latitude: number, longitude: number): readonly [number, number] {
  const clamped = Math.max(-MOST_LATITUDE, Math.min(MOST_LATITUDE, latitude));
  const y = Math.log(Math.tan(Math.PI / 4 + (clamped * Math.PI) / 360)) / Math.PI;
  return [longitude / 360 + 0.5, (1 - y) / 2];
}

/** Latitude and longitude of a point on the map. */
export const placeAt = (x: number, y: number): readonly [number, number] => [
  (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
  (x - 0.5) * 360,
];

/** The whole world. */
export const worldIn = ({ width }: Size): View => ({ x: 0.5, y: 0.42, scale: Math.max(width, LEAST_SCALE) });

/** The view nearest to another within the map's limits. */
export function limited({ x, y, scale }: View): View {
  const within = (value: number) => Math.max(0, Math.min(1, value));
  return {
    x: within(x),
    y: within(y),
    scale: Math.max(LEAST_SCALE, Math.min(MOST_SCALE, scale)),
  };
}

/** Moves what is seen by pixels. */
export const panned = ({ x, y, scale }: View, right: number, down: number): View =>
  limited({ x: x + right / scale, y: y + down / scale, scale });

/** Zooms about a point that stays where it is, given in pixels from the middle. */
export function zoomed(view: View, factor: number, right = 0, down = 0): View {
  const { scale } = limited({ ...view, scale: view.scale * factor });
  const kept = 1 / view.scale - 1 / scale;
  return limited({ x: view.x + right * kept, y: view.y + down * kept, scale });
}

/** A view of everything within an extent. */
export function fitting([left, top, right, bottom]: Extent, size: Size): View {
  const fits = Math.min(
    size.width / Math.max(right - left, 1e-9),
    size.height / Math.max(bottom - top, 1e-9),
    FIRST_SCALE / ROOM,
  );
  return limited({ x: (left + right) / 2, y: (top + bottom) / 2, scale: fits * ROOM });
}

/** A view around a cell in which it is one of those that are told apart. */
export function around(cell: string, [x, y]: readonly [number, number]): View {
  const resolution = Number((BigInt(`0x${cell}`) >> 52n) & 15n);
  return limited({ x, y, scale: (1.5 * LEAST_CELL * RATIO ** resolution * EQUATOR_KM) / (2 * EDGE_KM) });
}

/** The finest resolution of H3 whose cells can be told apart. */
export function resolutionAt({ scale }: View): number {
  const largest = (scale * 2 * EDGE_KM) / EQUATOR_KM;
  return Math.max(0, Math.min(FINEST, Math.floor(Math.log(largest / LEAST_CELL) / Math.log(RATIO))));
}

/** Whether a point is in the part of the map that is seen. */
export const isSeen = (view: View, size: Size, x: number, y: number): boolean =>
  Math.abs(x - view.x) * view.scale <= size.width / 2 && Math.abs(y - view.y) * view.scale <= size.height / 2;
