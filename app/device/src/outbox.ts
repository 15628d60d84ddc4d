import type { SignedReport } from '@commonwire/sdk/device';
import type { ReportResult } from '@commonwire/sdk/oracle';

/** A signed report with what the outbox needs to know of its content. */
export interface OutboxEntry extends SignedReport {
  sequence: bigint;
  /** unix seconds */
  start: number;
  seconds: number;
}

/** The newest reading that was ever stored: the next one must come after it. */
export interface LastReading {
  sequence: bigint;
  /** unix seconds, end of its interval */
  end: number;
}

/** How many reports ended how: `accepted`, `duplicate` or `rejected/<code>`. */
export type Outcomes = ReadonlyMap<string, number>;

/** What a device measured and hasn't had answered yet. */
export interface Outbox {
  readonly last: LastReading | undefined;
  readonly outcomes: Outcomes;
  /** Reports without a final answer, oldest first, at most `limit`. */
  pending(limit: number): OutboxEntry[];
  readonly size: number;
  /** Stores reports; when it returns they survive what this outbox promises to survive. */
  put(entries: readonly OutboxEntry[]): void;
  /** Notes final answers; the reports named are no longer pending. Unknown sequences are ignored. */
  settle(answers: readonly { sequence: bigint; answer: ReportResult }[]): void;
}

/** Key of an answer in {@link Outcomes}. */
export function outcomeKey(answer: ReportResult): string {
  return answer.status === 'rejected' ? `rejected/${codeOf(answer)}` : answer.status;
}

/** The reason code of a rejection; oracles may leave it out. */
export function codeOf({ code = 'unspecified' }: ReportResult): string {
  return code;
}

/** An outbox that survives lost connections but not the process: for simulations and tests. */
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
