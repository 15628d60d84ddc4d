import type { SignedReport } from '@commonwire/sdk/device';
import type { ReportResult } from '@commonwire/sdk/oracle';

/** A signed report with the fields that the outbox needs. */
export interface OutboxEntry extends SignedReport {
  sequence: bigint;
  /** unix seconds */
  start: number;
  seconds: number;
}

/** The newest reading ever stored. The next one must come after it. */
export interface LastReading {
  sequence: bigint;
  /** unix seconds, end of its interval */
  end: number;
}

/** The number of reports by outcome: `accepted`, `duplicate` or `rejected/<code>`. */
export type Outcomes = ReadonlyMap<string, number>;

/** Stores reports until they are answered. */
export interface Outbox {
  readonly last: LastReading | undefined;
  readonly outcomes: Outcomes;
  /** Returns at most `limit` reports without a final answer, oldest first. */
  pending(limit: number): OutboxEntry[];
  readonly size: number;
  /** Stores reports. They are as durable as the outbox promises when this returns. */
  put(entries: readonly OutboxEntry[]): void;
  /** Records final answers. Those reports are no longer pending. Unknown sequences are ignored. */
  settle(answers: readonly { sequence: bigint; answer: ReportResult }[]): void;
}

/** Returns an answer's key in {@link Outcomes}. */
export function outcomeKey(answer: ReportResult): string {
  return answer.status === 'rejected' ? `rejected/${codeOf(answer)}` : answer.status;
}

/** Returns the reason code of a rejection. Oracles may omit it. */
export function codeOf({ code = 'unspecified' }: ReportResult): string {
  return code;
}

/** An outbox in memory, for simulations and tests. It survives lost connections but not the process. */
export class MemoryOutbox implements Outbox {
  last: LastReading | undefined;
  readonly outcomes = new Map<string, number>();
  private readonly waiting = new Map<bigint, OutboxEntry>();

  get size(): number {
    return this.waiting.size;
  }

  pending(limit: number): OutboxEntry[] {
    const entries: OutboxEntry[] = [];
    for (const entry of this.waiting.values()) {
      if (entries.length >= limit) break;
      entries.push(entry);
    }
    return entries;
  }

  put(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) {
      this.waiting.set(entry.sequence, entry);
      this.last = { sequence: entry.sequence, end: entry.start + entry.seconds };
    }
  }

  settle(answers: readonly { sequence: bigint; answer: ReportResult }[]): void {
    for (const { sequence, answer } of answers) {
      if (!this.waiting.delete(sequence)) continue;
      const key = outcomeKey(answer);
      this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1);
    }
  }
}
