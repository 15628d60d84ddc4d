import { type Clock, systemClock } from '@commonwire/device';

/** Delay between two steps of the clock, milliseconds. */
const STEP_MS = 20;
/** The most that one step may add. Whatever time passed beyond that, this process was busy and served nobody. */
const MOST_MS = 2 * STEP_MS;
/** The pace while something lags. Not zero, since what is being waited for takes time on the chain. */
const SLOW = 0.25;

/**
 * The time of the whole demo: chain, oracles and devices. A measured day passes in seconds, so an honest report that
 * waits while this machine is busy would soon be too old. Hence time that the process spends without answering doesn't
 * count, and while closing an epoch takes longer than an epoch, or more reports are due than can be sent, the clock goes at a
 * quarter of its pace.
 */
export class DemoClock implements Clock {
  readonly sleep = systemClock.sleep;
  private time = Date.now();
  private last = performance.now();
  private pace = 1;
  private readonly lagging = new Set<'closing' | 'reports'>();
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.timer = setInterval(() => this.step(), STEP_MS);
  }

  /** Unix milliseconds, behind real time by what didn't count. */
  now(): number {
    return Math.floor(this.time);
  }

  /** Whether closing lags, or sending reports. @returns whether the pace has changed */
  lags(lags: boolean, by: 'closing' | 'reports' = 'closing'): boolean {
    if (lags) this.lagging.add(by);
    else this.lagging.delete(by);
    const pace = this.lagging.size > 0 ? SLOW : 1;
    if (pace === this.pace) return false;
    this.step();
    this.pace = pace;
    return true;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private step(): void {
    const now = performance.now();
    this.time += Math.min(now - this.last, MOST_MS) * this.pace;
    this.last = now;
  }
}
