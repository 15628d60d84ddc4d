import type { CrankEvent, CrankStage } from '@commonwire/sdk/network';

/** How long a command stays quiet, and how often it shows progress after that, milliseconds. */
const INTERVAL_MS = 2_000;

const WHAT: Readonly<Record<CrankStage, string>> = {
  read: 'token accounts read',
  pages: 'transactions that open pages',
  accounts: 'transactions that create token accounts',
  settle: 'settlements confirmed',
};

/** Shows a crank's progress every two seconds. @returns the handler of its events */
export function progressTo(
  write: (line: string) => void,
  now: () => number = Date.now,
): (event: CrankEvent) => void {
  let told = now();
  return (event) => {
    if (now() - told < INTERVAL_MS) return;
    const line = describe(event);
    if (!line) return;
    told = now();
    write(line);
  };
}

const describe = (event: CrankEvent): string | undefined =>
  event.type === 'progress' ? `${event.done} of ${event.total} ${WHAT[event.stage]}` : undefined;
