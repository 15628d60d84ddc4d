import type { ReportResult } from '@commonwire/sdk/oracle';
import { codeOf } from './outbox';
import type { Behaviour } from './plan';

/** The answers to one simulated device's reports. */
export interface DeviceSummary {
  index: number;
  name: string;
  behaviour: Behaviour;
  sent: number;
  accepted: number;
  duplicate: number;
  rejected: number;
  /** Number of rejections by reason code. */
  codes: Record<string, number>;
}

/** Counts answers per device. */
export class FleetSummary {
  private readonly rows = new Map<number, DeviceSummary>();

  constructor(devices: readonly { index: number; name: string; behaviour: Behaviour }[]) {
    for (const { index, name, behaviour } of devices) {
      this.rows.set(index, {
        index,
        name,
        behaviour,
        sent: 0,
        accepted: 0,
        duplicate: 0,
        rejected: 0,
        codes: {},
      });
    }
  }

  /** Adds the answer to one report of device `index`. */
  add(index: number, answer: ReportResult): void {
    const row = this.rows.get(index);
    if (!row) throw new RangeError(`device ${index} is not in this fleet`);
    row.sent += 1;
    row[answer.status] += 1;
    if (answer.status !== 'rejected') return;
    const code = codeOf(answer);
    row.codes[code] = (row.codes[code] ?? 0) + 1;
  }

  /** All devices, in order of index. */
  get devices(): DeviceSummary[] {
    return [...this.rows.values()].sort((a, b) => a.index - b.index);
  }

  /** The sums over all devices. */
  get total(): Pick<DeviceSummary, 'sent' | 'accepted' | 'duplicate' | 'rejected'> {
    const total = { sent: 0, accepted: 0, duplicate: 0, rejected: 0 };
    for (const row of this.rows.values()) {
      for (const key of ['sent', 'accepted', 'duplicate', 'rejected'] as const) total[key] += row[key];
    }
    return total;
  }
}
