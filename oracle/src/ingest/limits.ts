import { type Policy, quotaOf, REPORTS_A_MINUTE } from '../domain/index';

/** Minutes in one generation; two generations are kept. */
const GENERATION = 500_000;
/** Device indices are below 2^24, and minutes since 1970 stay below 2^28 for five centuries. */
const MINUTES = 2 ** 28;

/**
 * New reports of one device in a second for ever, and so many that it may save up: what a device brings after an outage is
 * taken in soon, and none takes the time of the others. Only what it has signed itself and what isn't known yet counts, so
 * that nobody can use up the rate of another's device.
 */
export const DEVICE_RATE = { perSecond: 10, burst: 600 };
/** Devices whose rates are remembered; one that is forgotten has not reported for long, or many have. */
export const MOST_DEVICES = 100_000;

/** A place for one report of a device. */
export interface Place {
  readonly epoch: number;
  readonly device: number;
  /** Device time, unix seconds. */
  readonly start: number;
}

/**
 * Counts what this process has stored of each device, in the collecting epoch and for each minute, so that a device can't
 * fill the log. This is best effort: it forgets at a restart, and the close counts exactly.
 */
export class DeviceLimits {
  private epoch = -1;
  /** Device time at which this process first took in reports for the epoch, seconds. */
  private begun = 0;
  private ofDevice = new Map<number, number>();
  private recent = new Map<number, number>();
  private older = new Map<number, number>();

  constructor(
    private readonly policy: Pick<Policy, 'late_seconds' | 'ahead_seconds' | 'min_seconds'>,
    private readonly generation = GENERATION,
  ) {}

  /**
   * Takes a place for a report that isn't stored yet.
   * @param now device time, unix seconds @param remembered reports of the same minute in the current dataset's state
   * @returns false if its device has sent too many
   */
  take({ epoch, device, start }: Place, now: number, remembered: number): boolean {
    this.turnTo(epoch, now);
    const sent = this.ofDevice.get(device) ?? 0;
    const minute = minuteOf(device, start);
    const before = this.recent.get(minute) ?? this.older.get(minute) ?? 0;
    if (before + remembered >= REPORTS_A_MINUTE) return false;
    if (sent >= quotaOf(this.policy, now - this.begun)) return false;
    this.ofDevice.set(device, sent + 1);
    this.set(minute, before + 1);
    return true;
  }

  /** Counts a report that is stored already. */
  add(place: Place, now: number): void {
    this.take(place, now, 0);
  }

  /** Gives places back whose reports could not be stored. */
  release(places: readonly Place[]): void {
    for (const { epoch, device, start } of places) {
      const minute = minuteOf(device, start);
      this.set(minute, Math.max(0, (this.recent.get(minute) ?? this.older.get(minute) ?? 0) - 1));
      if (epoch === this.epoch) this.ofDevice.set(device, Math.max(0, (this.ofDevice.get(device) ?? 0) - 1));
    }
  }

  private turnTo(epoch: number, now: number): void {
    if (epoch <= this.epoch) return;
    this.epoch = epoch;
    this.begun = now;
    this.ofDevice = new Map();
  }

  private set(minute: number, count: number): void {
    if (this.recent.size >= this.generation && !this.recent.has(minute)) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(minute, count);
  }
}

const minuteOf = (device: number, start: number): number => device * MINUTES + start / 60;
