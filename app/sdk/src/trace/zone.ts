/** Finds the moments that a local time can mean. */
import { TraceError } from './errors';

const DAY = 86_400;

/** A time zone's offsets from UTC, from the engine's copy of the IANA database. */
export class Zone {
  private readonly format: Intl.DateTimeFormat | undefined;
  /** The offset, if the zone is a fixed offset. */
  private readonly offset: number = 0;
  /** The offset at the start of each UTC day, seconds. */
  private readonly atStart = new Map<number, number>();
  /** The moment of the change for each UTC day on which the offset changes, unix seconds. */
  private readonly changes = new Map<number, number>();

  /** Its name as given. */
  readonly name: string;
  /** Whether people there write the month before the day. */
  readonly isAmerican: boolean;

  /** @param name from the IANA database, or an offset such as -07:00 @throws CliError `usage` for any other name */
  constructor(name: string) {
    this.name = name;
    this.isAmerican =
      /^(US\/|America\/(?!Sao|Argentina|Bogota|Lima|Santiago|Mexico|Montevideo|Caracas)|Pacific\/Honolulu|[+-]|UTC|GMT|Etc\/)/.test(
        name,
      );
    const fixed = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$/i.exec(name);
    if (fixed) {
      this.offset = secondsOf(fixed);
      return;
    }
    try {
      this.format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    } catch (cause) {
      throw new TraceError('no-such-zone', `--tz: ${name} is not a time zone like America/Denver or -07:00`, {
        cause,
      });
    }
  }

  /**
   * Returns the moments at which clocks showed a wall time, unix seconds, earliest first: none in the hour that clocks
   * skip in spring, two in the hour that they repeat in autumn. `wall` is the wall time as if it were UTC.
   */
  moments(wall: number): number[] {
    const day = Math.floor(wall / DAY);
    const offsets = new Set([
      this.startOf(day - 1),
      this.startOf(day),
      this.startOf(day + 1),
      this.startOf(day + 2),
    ]);
    return [...offsets]
      .map((offset) => wall - offset)
      .filter((moment) => moment + this.offsetAt(moment) === wall)
      .sort((a, b) => a - b);
  }

  /** The offset without summer time in the year of some times, such as -07:00. */
  standardOffset(times: Iterable<{ readonly time: number | undefined }>): string {
    let moment = 0;
    for (const { time } of times) if (time !== undefined) moment = time;
    const year = new Date(moment * 1000).getUTCFullYear();
    const least = Math.min(...[0, 3, 6, 9].map((month) => this.read(Date.UTC(year, month, 15) / 1000)));
    const minutes = Math.abs(least) / 60;
    const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
    return `${least < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
  }

  private offsetAt(moment: number): number {
    const day = Math.floor(moment / DAY);
    const [before, after] = [this.startOf(day), this.startOf(day + 1)];
    if (before === after) return before;
    return moment < this.changeIn(day, before) ? before : after;
  }

  private startOf(day: number): number {
    let offset = this.atStart.get(day);
    if (offset === undefined) {
      offset = this.read(day * DAY);
      this.atStart.set(day, offset);
    }
    return offset;
  }

  /** Returns the first second of a day at which the offset differs from `before`. */
  private changeIn(day: number, before: number): number {
    const known = this.changes.get(day);
    if (known !== undefined) return known;
    let [low, high] = [day * DAY, (day + 1) * DAY];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.read(middle) === before) low = middle;
      else high = middle;
    }
    this.changes.set(day, high);
    return high;
  }

  private read(moment: number): number {
    if (!this.format) return this.offset;
    const parts = this.format.formatToParts(moment * 1000);
    const name = parts.find(({ type }) => type === 'timeZoneName')!.value;
    const match = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(name);
    return match ? secondsOf(match) : 0;
  }
}

/** Converts the sign, hours, minutes and seconds of an offset to seconds. */
function secondsOf([, sign, hours, minutes = '0', seconds = '0']: RegExpExecArray): number {
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? -size : size;
}
