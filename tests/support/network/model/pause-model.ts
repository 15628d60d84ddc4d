import { FOREVER } from '@commonwire/sdk/network';
import { require } from '../../model/rules';

const WEEK = 604_800n;

/** The intervals in which a network was paused: all of them, where the chain keeps sums. */
export class PauseModel {
  /** `held`: until then the authority can't end it. */
  readonly intervals: { since: bigint; until: bigint; held: bigint }[] = [];
  guardianFrom = 0n;

  isActive(now: bigint): boolean {
    const last = this.intervals.at(-1);
    return last !== undefined && now < last.until;
  }

  /** Seconds of `since .. now` that were paused. */
  secondsIn(since: bigint, now: bigint): bigint {
    return this.intervals.reduce((sum, pause) => {
      const from = pause.since > since ? pause.since : since;
      const to = pause.until < now ? pause.until : now;
      return to > from ? sum + to - from : sum;
    }, 0n);
  }

  /** @param hold seconds for which the authority can't end a guardian's pause */
  begin(by: 'authority' | 'guardian' | 'nobody', now: bigint, hold: bigint): void {
    const last = this.intervals.at(-1);
    if (by === 'authority') {
      require(!(this.isActive(now) && last!.until === FOREVER), 'already-paused');
      if (this.isActive(now)) last!.until = FOREVER;
      else this.intervals.push({ since: now, until: FOREVER, held: 0n });
      return;
    }
    require(by === 'guardian', 'not-guardian');
    const isOpen = this.isActive(now) && last!.until === FOREVER && hold > 0n && now >= last!.held;
    require(!this.isActive(now) || isOpen, 'already-paused');
    require(now >= this.guardianFrom, 'guardian-pause-spent');
    if (isOpen) last!.held = now + hold;
    else this.intervals.push({ since: now, until: now + WEEK, held: now + hold });
    this.guardianFrom = now + 2n * WEEK;
  }

  end(by: 'authority' | 'guardian' | 'nobody', now: bigint): void {
    require(by !== 'nobody', 'not-guardian');
    require(this.isActive(now), 'not-paused');
    const last = this.intervals.at(-1)!;
    if (by === 'authority') require(now >= last.held, 'pause-held');
    else require(last.until !== FOREVER, 'not-authority');
    last.until = now;
    if (this.guardianFrom > now + WEEK) this.guardianFrom = now + WEEK;
  }
}
