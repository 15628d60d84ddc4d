import type { Policy } from './policy';

/**
 * Converts real time to device time, both in unix milliseconds. The two are equal except in development, where a demo
 * may replay measured days in seconds.
 */
export const deviceTime = ({ clock }: Pick<Policy, 'clock'>, nowMs: number): number =>
  clock.origin + (nowMs - clock.start) * clock.speed;
