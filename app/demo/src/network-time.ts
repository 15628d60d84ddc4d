import type { Clock, DeviceTime } from '@commonwire/device';
import type { DemoClock } from './demo-clock';

export const DAY_SECONDS = 86_400;

/**
 * The time in which network, oracles and devices live. A measured day passes in a few real seconds. On the embedded chain
 * that is so for everything: the chain's clock goes at the same pace, so a farm's weeks and a vote's days pass too. On
 * a cluster that has its own clock, only the devices' days are that short.
 */
export interface NetworkTime extends Clock {
  /** Seconds of the chain that pass in a real second. */
  pace: number;
  /** Seconds of the chain in which a measured day passes: an epoch. */
  epochSeconds: number;
  /** Device time that is `origin`, unix milliseconds, at this moment. */
  deviceTime(origin: number): DeviceTime;
}

/** The time of a chain that begins now, and on which a day passes in `epochSeconds` real seconds. */
export function simulatedTime(clock: DemoClock, epochSeconds: number): NetworkTime {
  const start = clock.now();
  const pace = DAY_SECONDS / epochSeconds;
  const now = () => Math.floor(start + (clock.now() - start) * pace);
  return {
    now,
    sleep: clock.sleep,
    pace,
    epochSeconds: DAY_SECONDS,
    deviceTime: (origin) => ({ origin, start: now(), speed: 1 }),
  };
}

/** The time of a cluster whose clock is real, and on whose devices a day passes in `epochSeconds`. */
export const realTime = (clock: DemoClock, epochSeconds: number): NetworkTime => ({
  now: () => clock.now(),
  sleep: clock.sleep,
  pace: 1,
  epochSeconds,
  deviceTime: (origin) => ({
    origin,
    start: clock.now(),
    speed: Math.round(DAY_SECONDS / epochSeconds),
  }),
});
