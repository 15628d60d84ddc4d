import { TraceError } from './errors';
import { Zone } from './zone';

/** The zone that a column's name gives: `Time (UTC)`, `timestamp_utc`, `Zeit [UTC+02:00]`, `Europe/Berlin (+02:00)`. */
export function zoneInTitle(title: string): Zone | undefined {
  const named = /(?<![\w/])[A-Z][A-Za-z]+\/[A-Z][A-Za-z_/-]+/.exec(title)?.[0];
  if (named) {
    try {
      return new Zone(named);
    } catch (error) {
      // Words with a stroke between them, such as Date/Time.
      if (!(error instanceof TraceError)) throw error;
    }
  }
  const match = /(?:^|[^a-z])(?:utc|gmt)\s*([+-]\s*\d{1,2}(?::?\d{2})?)?/i.exec(title);
  return match ? new Zone(match[1] ? match[1].replace(/\s/g, '') : 'UTC') : undefined;
}
