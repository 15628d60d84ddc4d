/** Takes what is being done, in words made only if they are shown. */
export type Progress = (what: () => string) => void;

/** How long a command is quiet, and how often it then says how far it is, milliseconds. */
const QUIET_MS = 2_000;
const INTERVAL_MS = 1_000;

/** Says how far work is, once a second after two. */
export function tellProgress(write: (line: string) => void, now: () => number = Date.now): Progress {
  let next = now() + QUIET_MS;
  return (what) => {
    const time = now();
    if (time < next) return;
    next = time + INTERVAL_MS;
    write(what());
  };
}
