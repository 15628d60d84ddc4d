import { equal } from '../../core/bytes';
import type { TransactionFailed } from '../../core/transactions';
import { fetchNetwork } from '../accounts';
import { pageNumber } from '../pages';
import type { SettlementParts, SettlementPlan, SettlementRun } from '../settlement';
import { type CrankContext, settlementJob } from './context';
import type { CrankOutcome } from './types';

/** Refusals that hold for every settlement of the moment. */
const STOPPING: Readonly<Record<string, CrankOutcome>> = {
  paused: 'paused',
  'payout-limit-reached': 'payout-limit',
};
/** Codes with which settlements are refused once another epoch has been promoted. */
const OTHER_LEDGER = new Set(['bad-proof', 'run-out-of-range']);

/**
 * Most leaves of a run on a page by how many rounds had one refused there. After the first, accounts have been read
 * anew, which mostly explains it; then runs get shorter until the leaf is found, which is left out.
 */
const SHORT_RUN = 8;
const RUN_LIMITS = [undefined, undefined, SHORT_RUN, 1];
/** Rounds in which nothing landed and nothing was learned. */
const IDLE_ROUNDS = 3;

/** Sends the settlements of plan after plan and learns from what the chain refuses. */
export class Settling {
  /** Why no more is sent. */
  outcome: CrankOutcome = 'done';
  detail = '';
  landed = 0;
  /** Devices that the chain refuses by themselves. */
  readonly leftOut = new Set<number>();
  /** Most leaves of a run, by page. */
  readonly runLimits = new Map<number, number>();
  readonly #strikes = new Map<number, number>();
  #refused = new Set<number>();
  #started = 0;
  #idle = 0;

  constructor(
    private readonly context: CrankContext,
    /** Of the ledger that is settled. */
    private readonly root: Uint8Array,
    private readonly most: number,
  ) {}

  get isOver(): boolean {
    if (this.context.signal.aborted) this.#stop('stopped', 'it was stopped');
    return this.outcome !== 'done';
  }

  /** Settles a plan's runs. */
  async settle({ runs }: SettlementPlan, parts: SettlementParts): Promise<void> {
    const before = this.landed;
    const landed = () => {
      this.landed += 1;
      this.context.emit({
        type: 'progress',
        stage: 'settle',
        done: this.landed - before,
        total: runs.length,
      });
    };
    await Promise.all(runs.map((run) => this.#settle(run, parts, landed)));
    const isIdle = this.landed === before && this.#refused.size === 0;
    this.#idle = isIdle ? this.#idle + 1 : 0;
    if (this.#idle === IDLE_ROUNDS) this.#stop('refused', 'no transaction got through');
    for (const page of this.#refused) {
      const strikes = (this.#strikes.get(page) ?? 0) + 1;
      this.#strikes.set(page, strikes);
      const limit = RUN_LIMITS[Math.min(strikes, RUN_LIMITS.length - 1)];
      if (limit) this.runLimits.set(page, Math.min(limit, this.runLimits.get(page) ?? limit));
    }
    this.#refused = new Set();
  }

  async #settle(run: SettlementRun, parts: SettlementParts, landed: () => void): Promise<void> {
    const { first, count, devices, recipients, amount } = run;
    const job = settlementJob(this.context, parts, run);
    const sending = await this.context.sender.send(job, () => this.#mayStart());
    if (sending.kind === 'confirmed') {
      landed();
      const { signature } = sending;
      this.context.emit({ type: 'settled', signature, first, count, devices, recipients, amount });
    }
    if (sending.kind === 'refused') await this.#learn(run, sending.error);
  }

  #mayStart(): boolean {
    if (this.isOver) return false;
    if (this.#started < this.most) {
      this.#started += 1;
      return true;
    }
    this.#stop('limited', `it was to send ${this.most} settlements`);
    return false;
  }

  async #learn({ first, count }: SettlementRun, error: TransactionFailed): Promise<void> {
    const { code, message } = error;
    this.context.emit({ type: 'refused', first, count, code, message });
    const outcome = STOPPING[code];
    if (outcome === 'payout-limit' && count > 1) {
      // What is left of the window's limit may do for fewer; a leaf alone is paid in part.
      this.#refused.add(pageNumber(first));
      this.runLimits.set(pageNumber(first), count > SHORT_RUN ? SHORT_RUN : 1);
      return;
    }
    if (outcome) return this.#stop(outcome, message);
    if (OTHER_LEDGER.has(code) && (await this.#ledgerChanged()))
      return this.#stop('ledger-changed', 'another epoch was promoted meanwhile: crank its ledger');
    const page = pageNumber(first);
    if (count === 1 && this.#strikes.has(page)) this.leftOut.add(first);
    this.#refused.add(page);
  }

  async #ledgerChanged(): Promise<boolean> {
    const { current } = await fetchNetwork(this.context.connection, this.context.network);
    return !equal(current.ledgerRoot, this.root);
  }

  #stop(outcome: CrankOutcome, detail: string): void {
    if (this.outcome !== 'done') return;
    this.outcome = outcome;
    this.detail = detail;
  }
}
