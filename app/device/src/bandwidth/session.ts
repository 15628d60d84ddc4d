import type { Duplex } from 'node:stream';
import { fromBase64 } from '@commonwire/sdk/core';
import { isSignedVoucher, VoucherError, voucherStep } from '@commonwire/sdk/market';
import { bytesOf, STEP_BYTES, STEP_MS, unitsOf } from './counts';
import { SessionError } from './errors';
import { closed, Meter } from './meter';
import type { SessionOrder } from './order';
import type { LastVoucher, SessionState } from './state';

/** A client pays a report within this time, or the session ends. */
const PAY_MS = 15_000;

/** What the hotspot has counted, and asks for. */
export interface Report {
  bytes: number;
  units: bigint;
  cost: bigint;
}

/**
 * One client's session at a hotspot. It lets one step pass beyond what is paid, so that no more can be lost, whatever the
 * client does: what is unpaid is remembered when the client comes back.
 */
export class HotspotSession {
  readonly meter: Meter;
  private readonly unfollow: () => void;
  private readonly tunnels = new Set<Duplex>();
  private readonly gone = new AbortController();
  private deadline?: NodeJS.Timeout;

  constructor(
    readonly order: SessionOrder,
    private readonly state: SessionState,
    private readonly price: bigint,
    private readonly onClose: () => void,
  ) {
    const counted = Math.max(state.bytes, bytesOf(order.settled.units));
    this.meter = new Meter(counted, this.limit());
    this.unfollow = state.follow(this.meter);
  }

  /** Totals of the last voucher, or what was settled if that is more. */
  private get paid(): { units: bigint; cost: bigint } {
    const { settled } = this.order;
    const { last } = this.state;
    return last && last.units > settled.units ? last : settled;
  }

  get tunnelCount(): number {
    return this.tunnels.size;
  }

  get isOpen(): boolean {
    return !this.gone.signal.aborted;
  }

  get last(): LastVoucher | undefined {
    return this.state.last;
  }

  /**
   * Takes a voucher: it is on disk when this returns, and the next step may pass. The one that it has already is taken too.
   * @throws SessionError `signature_invalid`, `voucher_refused`
   */
  accept(voucher: LastVoucher): void {
    const { units, cost, signature } = voucher;
    if (units === this.state.last?.units && cost === this.state.last.cost) return;
    if (!isSignedVoucher({ ...this.order, units, cost }, this.order.session, fromBase64(signature)))
      throw new SessionError('signature_invalid', "the voucher's signature is not the order's session key's");
    try {
      voucherStep(this.paid, voucher, { ...this.order.terms, leastPrice: this.price });
    } catch (cause) {
      if (!(cause instanceof VoucherError)) throw cause;
      throw new SessionError('voucher_refused', cause.message, { cause });
    }
    this.state.keep(voucher);
    this.meter.raise(this.limit());
  }

  /**
   * Waits until the next report is due: a step has passed, or half a minute. From then on the client has a quarter of a minute
   * to pay. @throws SessionError `session_closed`
   */
  async nextReport(signal: AbortSignal): Promise<Report> {
    clearTimeout(this.deadline);
    await this.meter.until(() => this.meter.isFull, STEP_MS, AbortSignal.any([signal, this.gone.signal]));
    if (!this.isOpen) throw this.gone.signal.reason;
    this.deadline = setTimeout(() => this.end('the last report was not paid'), PAY_MS);
    return this.report();
  }

  /** Ends the session if the last report was not paid, or nothing more can be. */
  requirePaid(): void {
    if (!this.meter.isFull) return;
    this.end(this.affordable() > this.paid.units ? 'the last report was not paid' : 'the budget is spent');
  }

  /** Gives the client time to ask for its first report. */
  start(): void {
    this.deadline = setTimeout(() => this.end('the client asks for no report'), PAY_MS);
  }

  /** Keeps a tunnel, which ends with the session. */
  add(tunnel: Duplex): void {
    this.tunnels.add(tunnel);
    tunnel.once('close', () => this.tunnels.delete(tunnel));
  }

  /** Ends the session. What was counted and paid stays on disk. */
  end(why: string): void {
    if (!this.isOpen) return;
    clearTimeout(this.deadline);
    const error = closed(why);
    this.gone.abort(error);
    this.unfollow();
    this.meter.close(error);
    for (const tunnel of this.tunnels) tunnel.destroy();
    this.state.close();
    this.onClose();
  }

  private report(): Report {
    const { bytes } = this.meter;
    const most = this.affordable();
    const units = unitsOf(bytes) < most ? unitsOf(bytes) : most;
    return { bytes, units, cost: this.costOf(units) };
  }

  /** What a total of units costs: those that are paid keep their price. */
  private costOf(units: bigint): bigint {
    const { paid } = this;
    return units <= paid.units ? paid.cost : paid.cost + (units - paid.units) * this.price;
  }

  /** The most units that the budget pays. */
  private affordable(): bigint {
    const { units, cost } = this.paid;
    if (this.price === 0n) return 2n ** 63n;
    return units + (this.order.terms.budget - cost) / this.price;
  }

  private limit(): number {
    return Math.min(bytesOf(this.paid.units) + STEP_BYTES, bytesOf(this.affordable()));
  }
}
