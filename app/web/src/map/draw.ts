import { geoMercator, geoPath } from 'd3-geo';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { Groups } from './messages';
import type { Size, View } from './view';

/** From so many items on, a cell has the next deeper colour. */
export const STEPS = [1, 2, 10, 100, 1000] as const;
const OPACITY = [0.4, 0.52, 0.66, 0.82, 1];
/** Cells that would be smaller are drawn as dots of this radius, so that they can be seen and met. */
const DOT = 4;
/** How far beyond the canvas lines go, so that its edge isn't drawn. */
const MARGIN = 4;

type Land = ReturnType<typeof feature<GeometryCollection['properties'] & object>>;

/** The world's land at 1 : 110 million, loaded with the first map. */
export async function loadLand(): Promise<Land> {
  const { default: atlas } = await import('world-atlas/land-110m.json');
  const world = atlas as unknown as Topology<{ land: GeometryCollection<object> }>;
  return feature(world, world.objects.land) as Land;
}

/** What is drawn. */
export interface Scene {
  view: View;
  size: Size;
  land: Land | undefined;
  groups: Groups | undefined;
  selected: string | null;
  /** Whether to show the middle, at which the keyboard picks. */
  isFocused: boolean;
}

/** Draws a map, in the colours that its style sheet names. */
export function draw(canvas: HTMLCanvasElement, scene: Scene): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { size, view, land, groups, isFocused } = scene;
  const style = getComputedStyle(canvas);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const ratio = devicePixelRatio || 1;
  canvas.width = size.width * ratio;
  canvas.height = size.height * ratio;
  context.scale(ratio, ratio);
  if (land) {
    context.beginPath();
    geoPath(projectionOf(view, size), context)(land);
    context.fillStyle = color('--land');
    context.strokeStyle = color('--line');
    context.fill();
    context.stroke();
  }
  if (groups) drawGroups(context, scene, groups, color);
  if (isFocused) {
    context.beginPath();
    for (const [x, y] of [
      [8, 0],
      [0, 8],
    ] as const) {
      context.moveTo(size.width / 2 - x, size.height / 2 - y);
      context.lineTo(size.width / 2 + x, size.height / 2 + y);
    }
    context.strokeStyle = color('--text');
    context.stroke();
  }
}

const projectionOf = ({ x, y, scale }: View, { width, height }: Size) =>
  geoMercator()
    .scale(scale / (2 * Math.PI))
    .translate([width / 2 + scale * (0.5 - x), height / 2 + scale * (0.5 - y)])
    .precision(0)
    .clipExtent([
      [-MARGIN, -MARGIN],
      [width + MARGIN, height + MARGIN],
    ]);

function drawGroups(
  context: CanvasRenderingContext2D,
  { view, size, selected }: Scene,
  groups: Groups,
  color: (name: string) => string,
): void {
  const paths = STEPS.map(() => new Path2D());
  const chosen = new Path2D();
  const selectedId = selected === null ? -1n : BigInt(`0x${selected}`);
  forEachSeen(groups, view, size, (at) => {
    const step = STEPS.findLastIndex((least) => groups.counts[at]! >= least);
    trace(paths[Math.max(0, step)]!, groups, at, view, size);
    if (groups.ids[at] === selectedId) trace(chosen, groups, at, view, size);
  });
  context.fillStyle = color('--tokens');
  context.strokeStyle = color('--card');
  for (const [step, path] of paths.entries()) {
    context.globalAlpha = OPACITY[step]!;
    context.fill(path);
  }
  context.globalAlpha = 1;
  for (const path of paths) context.stroke(path);
  context.strokeStyle = color('--text');
  context.lineWidth = 3;
  context.stroke(chosen);
  context.lineWidth = 1;
}

/** Calls with each cell of which something may be on the canvas. */
function forEachSeen(groups: Groups, view: View, size: Size, call: (at: number) => void): void {
  const { centers, ids } = groups;
  // As far as the largest of these cells reaches beyond its centre.
  const reach = 0.05 / Math.sqrt(7) ** groups.resolution + DOT / view.scale;
  const [right, down] = [size.width / 2 / view.scale + 3 * reach, size.height / 2 / view.scale + 3 * reach];
  for (let at = 0; at < ids.length; at++)
    if (Math.abs(centers[2 * at]! - view.x) <= right && Math.abs(centers[2 * at + 1]! - view.y) <= down)
      call(at);
}

function trace(path: Path2D, { centers, corners, starts }: Groups, at: number, view: View, size: Size): void {
  const toX = (x: number) => size.width / 2 + (x - view.x) * view.scale;
  const toY = (y: number) => size.height / 2 + (y - view.y) * view.scale;
  const [first, end] = [starts[at]!, starts[at + 1]!];
  const [x, y] = [toX(centers[2 * at]!), toY(centers[2 * at + 1]!)];
  const wide = Math.hypot(toX(corners[2 * first]!) - x, toY(corners[2 * first + 1]!) - y);
  if (wide < DOT) {
    path.moveTo(x + DOT, y);
    path.arc(x, y, DOT, 0, 2 * Math.PI);
    return;
  }
  for (let corner = first; corner < end; corner++) {
    const point = [toX(corners[2 * corner]!), toY(corners[2 * corner + 1]!)] as const;
    if (corner === first) path.moveTo(...point);
    else path.lineTo(...point);
  }
  path.closePath();
}

/** The cell at a point of the map; the nearest one whose dot is there. */
export function pick(groups: Groups, view: View, x: number, y: number): string | null {
  let [best, nearest] = [-1, (2 * DOT) / view.scale];
  for (let at = 0; at < groups.ids.length; at++) {
    if (contains(groups, at, x, y)) return groups.ids[at]!.toString(16);
    const distance = Math.hypot(groups.centers[2 * at]! - x, groups.centers[2 * at + 1]! - y);
    if (distance < nearest) [best, nearest] = [at, distance];
  }
  return best < 0 ? null : groups.ids[best]!.toString(16);
}

/** Whether a point is within a cell: whether a ray from it crosses the outline an odd number of times. */
function contains({ corners, starts }: Groups, at: number, x: number, y: number): boolean {
  const [first, end] = [starts[at]!, starts[at + 1]!];
  let isInside = false;
  for (let corner = first, before = end - 1; corner < end; before = corner++) {
    const [ax, ay] = [corners[2 * corner]!, corners[2 * corner + 1]!];
    const [bx, by] = [corners[2 * before]!, corners[2 * before + 1]!];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside;
  }
  return isInside;
}
