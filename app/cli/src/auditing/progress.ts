/** Receives a progress message. `what` is called only if the message is shown. */
export type Progress = (what: () => string) => void;

/** How long a command stays quiet, and how often it shows progress after that, milliseconds. */
const QUIET_MS = 2_000;
const INTERVAL_MS = 1_000;

/** Shows progress once a second, starting after two seconds. */
export function tellProgress(write: (line: string) => void, now: () => number = Date.now): Progress {
  let next = now() + QUIET_MS;
  return (what) => {
    const time = now();
    if (time < next) return;
    next = time + INTERVAL_MS;
    write(what());
  };
}
