import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A time such as 3d, 12h, 30m or 90s, in seconds. */
export const duration = z
  .string()
  .regex(/^(0|[1-9]\d{0,8})[smhd]$/, 'is not a time such as 3d, 12h, 30m or 90s')
  .transform((text) => Number(text.slice(0, -1)) * UNITS[text.at(-1)!]!);

/** Seconds in the largest unit that leaves no rest. */
export function spoken(seconds: number): string {
  const unit = Object.entries(UNITS).findLast(([, size]) => seconds % size === 0 && seconds >= size);
  return unit ? `${seconds / unit[1]}${unit[0]}` : `${seconds}s`;
}
