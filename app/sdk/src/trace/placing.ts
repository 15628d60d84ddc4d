import type { Row } from './reasons';
import type { ReadTime } from './times';
import type { Zone } from './zone';

type Mutable = { -readonly [K in keyof Row]: Row[K] };

/** Resolves wall times. If one can mean two moments, takes that of its season, or else the first that follows the earlier rows. */
export function placeInTime(
  rows: Mutable[],
  read: readonly (ReadTime | undefined)[],
  zone: Zone | undefined,
): void {
  const known = read.flatMap((time) => (time && 'wall' in time ? [time.wall] : []));
  if (known.length === 0) return;
  const falling = known.length > 1 && known[0]! > known.at(-1)!;
  let latest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < rows.length; k++) {
    const i = falling ? rows.length - 1 - k : k;
    const [row, local] = [rows[i]!, read[i]];
    if (local && 'wall' in local) {
      row.time = momentOf(local, zone, latest);
      if (row.time === undefined) row.reason = 'no-such-time';
    }
    if (row.time !== undefined && row.time > latest && row.reason !== 'extra-cells') latest = row.time;
  }
}

function momentOf(
  { wall, summer, loose }: Extract<ReadTime, { wall: number }>,
  zone: Zone | undefined,
  latest: number,
): number | undefined {
  if (!zone) return wall - loose!;
  const moments = zone.moments(wall);
  if (moments.length > 1 && summer !== undefined) return summer ? moments[0] : moments.at(-1);
  return moments.find((moment) => moment > latest) ?? moments.at(-1);
}
