import type { OracleEmitter } from '@commonwire/oracle';

/** Cut epochs that aren't promoted yet, from which on closing lags: usually one is, for a while after its cut. */
const LAGGING = 2;

/** Follows how many epochs are cut and not promoted yet, and calls `changed` with whether closing lags. */
export class LagObserver {
  private cut = 0;
  private promoted = 0;

  constructor(private readonly changed: (lags: boolean) => void) {}

  follow(events: OracleEmitter): void {
    events.on('cut', ({ epoch }) => {
      this.cut = Math.max(this.cut, epoch);
      this.changed(this.cut - this.promoted >= LAGGING);
    });
    events.on('promoted', ({ epoch }) => {
      this.promoted = Math.max(this.promoted, epoch);
      this.changed(this.cut - this.promoted >= LAGGING);
    });
  }
}
