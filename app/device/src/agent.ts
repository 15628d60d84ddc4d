import { type Ed25519KeyPair, ed25519KeyPair } from '@commonwire/sdk/core';
import { MAX_BATCH_REPORTS, type ReportResult } from '@commonwire/sdk/oracle';
import { DeviceError } from './errors';
import type { Outbox, OutboxEntry } from './outbox';
import { type DeviceIdentity, type Reading, sequenceOf, signReading } from './sign';
import type { Uplink } from './uplink';

/** Options of a {@link DeviceAgent}. */
export interface AgentOptions {
  identity: DeviceIdentity;
  /** the device key's 32-byte Ed25519 seed */
  seed: Uint8Array;
  outbox: Outbox;
  uplink: Uplink;
  /** Called with every final answer. */
  onAnswer?: (entry: OutboxEntry, answer: ReportResult) => void;
}

/**
 * The reference device agent. It signs readings, stores them before anything else, and sends them until an oracle has
 * answered. Measuring and sending don't wait for each other.
 */
export class DeviceAgent {
  private readonly key: Ed25519KeyPair;

  constructor(private readonly options: AgentOptions) {
    this.key = ed25519KeyPair(options.seed);
  }

  /** The public key that the owner registers, 32 bytes. */
  get publicKey(): Uint8Array {
    return this.key.publicKey;
  }

  /**
   * Signs readings, which must be in order of time, and stores them in the outbox before it returns.
   * @throws DeviceError `reading_invalid` if one doesn't cover whole minutes or doesn't follow the last one; then none of
   * the call's readings is stored
   */
  record(...readings: readonly Reading[]): void {
    let last = this.options.outbox.last;
    const entries: OutboxEntry[] = [];
    for (const reading of readings) {
      const { start, seconds } = reading;
      if (start % 60 !== 0 || seconds % 60 !== 0 || seconds <= 0) {
        throw invalid(reading, 'does not cover whole minutes');
      }
      if (last && start < last.end) throw invalid(reading, `begins before the last one ended (${last.end})`);
      const byTime = sequenceOf(start);
      const sequence = last && byTime <= last.sequence ? last.sequence + 1n : byTime;
      entries.push({
        sequence,
        start,
        seconds,
        ...signReading(this.options.identity, this.key, reading, sequence),
      });
      last = { sequence, end: start + seconds };
    }
    this.options.outbox.put(entries);
  }

  /**
   * Sends pending reports, oldest first, until none is left. `accepted` and `duplicate` mean that the report is in an
   * oracle's log. `rejected` is also final, and its code is kept.
   * @throws the signal's reason when aborted; unanswered reports stay in the outbox
   */
  async flush(signal?: AbortSignal): Promise<void> {
    const { outbox, uplink, identity, onAnswer } = this.options;
    for (;;) {
      const batch = outbox.pending(MAX_BATCH_REPORTS);
      if (batch.length === 0) return;
      const deliveries = await uplink.deliver(batch, identity.index, signal);
      const answers = deliveries.map(({ answer }, i) => ({ sequence: batch[i]!.sequence, answer }));
      outbox.settle(answers);
      for (const [i, { answer }] of answers.entries()) {
        onAnswer?.(batch[i]!, answer);
      }
    }
  }
}

function invalid({ start, seconds }: Reading, what: string): DeviceError {
  return new DeviceError('reading_invalid', `the reading at ${start} of ${seconds} s ${what}`);
}
