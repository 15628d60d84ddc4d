import type { Policy } from './policy';

/**
 * Device time for a real time, both unix milliseconds. They run alike outside development; a demo may replay
 * measured days in seconds.
 */
export const deviceTime = ({ clock }: Pick<Policy, 'clock'>, nowMs: number): number =>
  clock.origin + (nowMs - clock.start) * clock.speed;
