/** Real time, injected so that tests and simulations own it. */
export interface Clock {
  /** unix milliseconds */
  now(): number;
  /** Resolves after `milliseconds`, or at once when `signal` is aborted; never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
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

/** How a network's device time runs: `origin + (now - start) * speed`. Speed is 1 outside development. */
export interface DeviceTime {
  /** device time at `start`, unix milliseconds */
  origin: number;
  /** real time, unix milliseconds */
  start: number;
  speed: number;
}

/** Device time in unix seconds (a fraction is kept) at the real time `now`, unix milliseconds. */
export function deviceSeconds(time: DeviceTime, now: number): number {
  return (time.origin + (now - time.start) * time.speed) / 1000;
}
