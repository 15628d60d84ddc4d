/** Real time, injected so that tests and simulations can control it. */
export interface Clock {
  /** unix milliseconds */
  now(): number;
  /** Resolves after `milliseconds`, or as soon as `signal` is aborted; never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, milliseconds);
      signal?.addEventListener('abort', finish, { once: true });
    }),
};

/** Parameters of a network's device time, `origin + (now - start) * speed`. The speed is 1 outside development. */
export interface DeviceTime {
  /** device time at `start`, unix milliseconds */
  origin: number;
  /** real time, unix milliseconds */
  start: number;
  speed: number;
}

/** Returns device time, unix seconds with fraction, at the real time `now`, unix milliseconds. */
export function deviceSeconds(time: DeviceTime, now: number): number {
  return (time.origin + (now - time.start) * time.speed) / 1000;
}
