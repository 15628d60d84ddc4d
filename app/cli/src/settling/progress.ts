import type { CrankEvent, CrankStage } from '@commonwire/sdk/network';

/** How long a command is quiet, and how often it then tells how far it is, milliseconds. */
const INTERVAL_MS = 2_000;

const WHAT: Readonly<Record<CrankStage, string>> = {
  read: 'token accounts read',
  pages: 'transactions that open pages',
  accounts: 'transactions that make token accounts',
  settle: 'settlements confirmed',
};

/** Tells how far a crank is, every two seconds while it works. @returns what takes its events */
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
