import { setTimeout as sleep } from 'node:timers/promises';
import type { SignedReport } from '@commonwire/sdk/device';
import { MAX_BATCH_REPORTS, type NetworkInfo } from '@commonwire/sdk/oracle';
import type { ProcessNetwork } from '../../oracle/test/support/process-network';
import { energyReport } from '../../oracle/test/support/quarter-report';

const MINUTE = 60;
/** Batches in flight at once; a fleet that gets no answers waits. */
const MOST_IN_FLIGHT = 32;
/** Before a batch is sent again, milliseconds. */
const RETRY_MS = 250;

/** A report by its device and minute, of which there is one. */
export const keyOf = (index: number, start: number): number => index * 2 ** 28 + start / MINUTE;

interface Made {
  readonly key: number;
  readonly signed: SignedReport;
}

/**
 * Devices that each report every minute of their time, and send a batch again, to another oracle, until one has answered
 * for all of it. They note what was acknowledged.
 */
export class Fleet {
  /** Reports that an oracle has called accepted or duplicate. */
  readonly acknowledged = new Set<number>();
  /** Reports that were refused, by code. */
  readonly refused: Record<string, number> = {};
  resent = 0;
  private stopped = false;
  /** The next device to report, and the minute: all devices report one minute before any reports the next. */
  private device = 0;
  private minute: number;

  constructor(
    private readonly net: ProcessNetwork,
    private readonly devices: number,
    private readonly info: NetworkInfo,
    private readonly random: () => number,
  ) {
    // As early as an oracle takes, and a little later.
    this.minute = Math.ceil(this.deviceNow() / MINUTE) - Math.floor(this.late / MINUTE) + 2;
  }

  private get late(): number {
    return Number(this.info.policy.late_seconds);
  }

  private deviceNow(): number {
    const { origin, start, speed } = this.info.clock;
    return (origin + (Date.now() - start) * speed) / 1000;
  }

  /** Sends as fast as answers come, or `perSecond`, until `until` holds. @returns reports acknowledged in a second */
  async send(until: () => boolean, perSecond = Number.POSITIVE_INFINITY): Promise<number> {
    const begun = performance.now();
    const before = this.acknowledged.size;
    let sent = 0;
    const sender = async () => {
      while (!until()) {
        const due = ((performance.now() - begun) / 1000) * perSecond;
        const batch = sent < due ? this.next() : [];
        sent += batch.length;
        if (batch.length > 0) await this.deliver(batch);
        else await sleep(20);
      }
    };
    await Promise.all(Array.from({ length: MOST_IN_FLIGHT }, sender));
    return (this.acknowledged.size - before) / ((performance.now() - begun) / 1000);
  }

  /** Ends what is still being sent again. */
  stop(): void {
    this.stopped = true;
  }

  /** The next reports whose minutes are over, all of one minute. */
  private next(): Made[] {
    // After a hold-up the oldest minutes are too old for a batch that may have to be sent again.
    const oldest = Math.ceil((this.deviceNow() - this.late / 2) / MINUTE);
    if (this.minute < oldest && this.device === 0) this.minute = oldest;
    const start = this.minute * MINUTE;
    if (start + MINUTE > this.deviceNow()) return [];
    const first = this.device;
    const count = Math.min(MAX_BATCH_REPORTS, this.devices - first);
    this.device = (first + count) % this.devices;
    if (this.device === 0) this.minute++;
    return Array.from({ length: count }, (_, i) => {
      const value = BigInt(20 + Math.floor(this.random() * 40));
      const signed = energyReport(this.net.source(first + i), { start, seconds: MINUTE, value });
      return { key: keyOf(first + i, start), signed };
    });
  }

  private async deliver(batch: readonly Made[]): Promise<void> {
    while (!this.stopped) {
      const oracle = this.net.oracles[Math.floor(this.random() * this.net.oracles.length)]!;
      try {
        const { results } = await oracle.client.submit(batch.map(({ signed }) => signed));
        for (const [i, { status, code }] of results.entries())
          if (status !== 'rejected') this.acknowledged.add(batch[i]!.key);
          else this.refused[code ?? ''] = (this.refused[code ?? ''] ?? 0) + 1;
        break;
      } catch {
        // Killed, starting again, or busy: nothing was promised, so it is sent again.
        this.resent += batch.length;
        await sleep(RETRY_MS);
      }
    }
  }
}
