import { UsageError } from '@commonwire/sdk/node';
import { z } from 'zod';

/** The name of a time zone, such as `Europe/Berlin`. */
export const zoneOption = z.string().max(64).optional();

/** The time zone that was named, or else this machine's. @throws UsageError */
export function zoneOf(named: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: named }).resolvedOptions().timeZone;
  } catch {
    throw new UsageError(
      `--zone: ${named} is not a time zone, such as Europe/Berlin; or leave it out, and give times with their offset, such as 2027-03-31T18:00+02:00`,
    );
  }
}

interface Local {
  date: string;
  clock: string;
  /** Such as `+01:00`. */
  offset: string;
}

/** A time, unix seconds, in a zone. */
function localOf(seconds: bigint, zone: string): Local {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'longOffset' },
  });
  const parts = format.formatToParts(new Date(Number(seconds) * 1000));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    clock: `${part('hour')}:${part('minute')}`,
    // Of UTC itself it has no number.
    offset: part('timeZoneName').replace('GMT', '') || '+00:00',
  };
}

/** A time of day with its offset, such as `01:00+01:00`. */
export function clockIn(zone: string, seconds: bigint): string {
  const { clock, offset } = localOf(seconds, zone);
  return `${clock}${offset}`;
}

/** A time in UTC, to the minute, such as `2026-11-28 00:00Z`. */
export const inUtc = (seconds: bigint): string =>
  `${new Date(Number(seconds) * 1000).toISOString().slice(0, 16).replace('T', ' ')}Z`;

/** A time in UTC and in a zone. */
export function inBoth(zone: string, seconds: bigint): string {
  const { date, clock, offset } = localOf(seconds, zone);
  return `${inUtc(seconds)} (${date} ${clock}${offset})`;
}
