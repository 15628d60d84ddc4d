/** Devices that don't exist: made-up power that gets as much as the rules allow. */
import type { domain } from '@commonwire/oracle';
import type { Mount } from '@commonwire/sdk/device';
import { clearSky, highestSun } from '../../oracle/src/domain/sun';
import { randomFrom } from './faults';

/** What a cheat claims to have, and when. */
export interface Ghost {
  readonly latitude: number;
  readonly longitude: number;
  /** Watts. */
  readonly capacity: number;
  readonly seconds: number;
  readonly from: string;
  readonly days: number;
  /** What it claims of a panel that always faces the sun under a clear sky; the rest of the rules caps it. */
  readonly share: number;
  /** The mount that it registered; unknown if absent. */
  readonly mount?: Mount;
}

/** Yields power that is as high as `share` of the clear sky allows, with noise, so that nothing stands still. */
export function ghost({
  latitude,
  longitude,
  capacity,
  seconds,
  from,
  days,
  share,
}: Ghost): domain.TraceReading[] {
  const random = randomFrom(11);
  const first = Date.parse(`${from}T00:00:00Z`) / 1000 - Math.round((longitude * 240) / 3600) * 3600;
  return Array.from({ length: (days * 86_400) / seconds }, (_, i) => {
    const start = first + i * seconds;
    const sun = (clearSky(highestSun(start, seconds, latitude, longitude)) * share) / 1000;
    const watts = Math.min(sun, 1.349) * capacity * (1 - 0.01 * random());
    return { start, seconds, value: BigInt(Math.floor((watts * seconds) / 3600)) };
  });
}
