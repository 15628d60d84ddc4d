/** The power that the sun can give a device at its place. */
import { clearSky, sineOfSunHeight } from '../../sun';
import type { Reading } from './readings';

/** A device and its place. */
export interface Site {
  /** Watts. */
  readonly capacity: number;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
}

/** Watts of a panel facing the sun under a clear sky, at the middle of a reading's interval. */
export function brightness({ start, seconds }: Reading, { capacity, latitude, longitude }: Site): number {
  return (clearSky(sineOfSunHeight(start + seconds / 2, latitude, longitude)) * capacity) / 1000;
}
