import type { SignedReport } from '@commonwire/sdk/device';

/** Reports in one generation; two generations are kept. */
const GENERATION = 100_000;
/** Reports kept of one device in one generation. */
const PER_DEVICE = 20;

/** A stored report that no dataset has yet. */
export interface RecentReport {
  /** The epoch whose log has it. */
  readonly epoch: number;
  /** Base64. */
  readonly report: SignedReport['report'];
}

/** The reports that this oracle stored lately, by device, so that they can be shown before their epoch is closed. */
export class RecentReports {
  private recent = new Map<number, RecentReport[]>();
  private older = new Map<number, RecentReport[]>();
  private size = 0;

  /** Adds a report that was stored after all those added before. */
  add(device: number, report: RecentReport): void {
    if (this.size >= GENERATION) {
      this.older = this.recent;
      this.recent = new Map();
      this.size = 0;
    }
    const kept = this.recent.get(device);
    this.size++;
    if (!kept) this.recent.set(device, [report]);
    else if (kept.push(report) > PER_DEVICE) {
      kept.shift();
      this.size--;
    }
  }

  /** Latest first. */
  of(device: number, epoch: number): RecentReport[] {
    const all = [...(this.older.get(device) ?? []), ...(this.recent.get(device) ?? [])];
    return all.filter((report) => report.epoch === epoch).reverse();
  }
}
