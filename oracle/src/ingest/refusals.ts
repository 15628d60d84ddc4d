import type { Refusal } from '@commonwire/sdk/oracle';
import { explain, type ReasonCode } from '../domain/index';

const MAX_DEVICES = 10_000;
const PER_DEVICE = 10;

/**
 * The last refusals for each device. Kept in memory only, since anyone can cause them and they must not use storage.
 */
export class RecentRefusals {
  private readonly devices = new Map<number, Refusal[]>();

  add(device: number, time: number, code: ReasonCode): void {
    const kept = this.devices.get(device)?.slice(0, PER_DEVICE - 1) ?? [];
    this.devices.delete(device);
    this.devices.set(device, [{ time, code, reason: explain(code) }, ...kept]);
    if (this.devices.size > MAX_DEVICES) this.devices.delete(this.devices.keys().next().value!);
  }

  /** Latest first. */
  of(device: number): readonly Refusal[] {
    return this.devices.get(device) ?? [];
  }
}
