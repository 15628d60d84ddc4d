import type { Connection, SignatureStatus, TransactionError } from '@solana/web3.js';
import { noteSlot } from './newest-slot';
import { sleep } from './sleep';

/** Most signatures that a node looks up at once. */
const MAX_SIGNATURES = 256;
/** How long a transaction is waited for at most, milliseconds. */
const LONGEST_WAIT_MS = 300_000;
/** Blocks that a node remembers statuses for at the least, beside those in its history. */
const STATUS_BLOCKS = 150;

/**
 * The outcome of a transaction. `expired`: it hasn't landed and never can. `unknown`: nobody waits any more, and it may
 * have landed; `cause`: the node stopped answering.
 */
export type Fate =
  | { kind: 'confirmed'; slot: number }
  | { kind: 'failed'; slot: number; error: TransactionError }
  | { kind: 'expired' }
  | { kind: 'unknown'; cause?: unknown };

/** Commitments that can be waited for. */
export type Awaited = 'processed' | 'confirmed' | 'finalized';

/** How {@link Confirmations} waits. */
export interface WaitOptions {
  /** Milliseconds between two looks. */
  pollMs: number;
  /** Milliseconds after which a transaction without a status is sent again. */
  resendMs: number;
  /** Milliseconds that are still waited after a stop. */
  graceMs: number;
  signal: AbortSignal;
  commitment?: Awaited;
  /** Milliseconds that a node may fail to answer. Default 60,000. */
  patienceMs?: number;
}

/** What is asked of a node: a web3.js connection, or anything that answers like one. */
export type ConfirmationNode = Pick<
  Connection,
  'getEpochInfo' | 'getSignatureStatuses' | 'sendRawTransaction'
>;

interface Waiting {
  /** Null where it can't be sent again. */
  wire: Uint8Array | null;
  lastValidHeight: number;
  begunAt: number;
  sentAt: number;
  resolve(fate: Fate): void;
}

/** A block's slot and its height. */
interface Tip {
  slot: number;
  height: number;
}

/**
 * Waits for many transactions by asking for their statuses together, and sends again those that a node may have lost. No
 * WebSocket is needed. A transaction is taken for expired only once statuses that are newer than its last valid block
 * don't have it: which machine behind a load balancer answers makes no difference.
 */
export class Confirmations {
  readonly #waiting = new Map<string, Waiting>();
  #running = false;
  #lastAnswer = 0;
  #stoppedAt: number | undefined;
  #tip: Tip = { slot: 0, height: 0 };
  #reading = false;

  constructor(
    private readonly connection: ConfirmationNode,
    private readonly options: WaitOptions,
  ) {}

  /** Resolves with what became of a transaction that was sent or may have been. */
  wait(signature: string, wire: Uint8Array | null, lastValidHeight: number): Promise<Fate> {
    const now = Date.now();
    const fate = new Promise<Fate>((resolve) => {
      this.#waiting.set(signature, { wire, lastValidHeight, begunAt: now, sentAt: now, resolve });
    });
    if (!this.#running) void this.#run();
    return fate;
  }

  async #run(): Promise<void> {
    this.#running = true;
    this.#lastAnswer = Date.now();
    while (this.#waiting.size > 0) {
      try {
        await this.#poll();
        this.#lastAnswer = Date.now();
      } catch (cause) {
        if (Date.now() - this.#lastAnswer > (this.options.patienceMs ?? 60_000))
          this.#giveUp(() => true, cause);
      }
      this.#giveUp(({ begunAt }) => Date.now() - begunAt > LONGEST_WAIT_MS);
      if (this.options.signal.aborted) this.#stop();
      if (this.#waiting.size > 0) await sleep(this.options.pollMs);
    }
    this.#running = false;
  }

  async #poll(): Promise<void> {
    const late = [...this.#waiting].filter(([, { sentAt }]) => Date.now() - sentAt > this.options.resendMs);
    if (late.length > 0) void this.#readTip();
    const missing = new Map<string, Tip>();
    const signatures = [...this.#waiting.keys()];
    for (let at = 0; at < signatures.length; at += MAX_SIGNATURES) {
      const part = signatures.slice(at, at + MAX_SIGNATURES);
      const tip = this.#tip;
      const { context, value } = await this.connection.getSignatureStatuses(part);
      for (const [i, signature] of part.entries()) {
        const status = value[i] ?? null;
        this.#learn(signature, status);
        const waiting = this.#waiting.get(signature);
        const isPast = waiting && tip.height > waiting.lastValidHeight && context.slot >= tip.slot;
        if (!status && isPast) missing.set(signature, tip);
      }
    }
    if (missing.size > 0) await this.#expire(missing);
    for (const [signature, waiting] of late) if (this.#waiting.has(signature)) this.#sendAgain(waiting);
  }

  #learn(signature: string, status: SignatureStatus | null): void {
    if (!status || !isReached(status, this.options.commitment ?? 'confirmed')) return;
    const { slot, err } = status;
    noteSlot(this.connection, slot);
    this.#resolve(signature, err ? { kind: 'failed', slot, error: err } : { kind: 'confirmed', slot });
  }

  /** A last look, at the node's history too: after a long pause its recent statuses don't reach back far enough. */
  async #expire(missing: ReadonlyMap<string, Tip>): Promise<void> {
    const signatures = [...missing.keys()].slice(0, MAX_SIGNATURES);
    const asked = await this.connection
      .getSignatureStatuses(signatures, { searchTransactionHistory: true })
      .catch(() => undefined);
    for (const [i, signature] of signatures.entries()) {
      const status = asked?.value[i] ?? null;
      if (status) {
        this.#learn(signature, status);
        continue;
      }
      const { lastValidHeight } = this.#waiting.get(signature) ?? { lastValidHeight: 0 };
      const isRecent = missing.get(signature)!.height - lastValidHeight <= STATUS_BLOCKS;
      this.#resolve(signature, asked || isRecent ? { kind: 'expired' } : { kind: 'unknown' });
    }
  }

  /** Reads how far the chain is, beside the polls: a node that doesn't say it can still tell what landed. */
  async #readTip(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      const { absoluteSlot, blockHeight } = await this.connection.getEpochInfo('confirmed');
      if (blockHeight !== undefined) this.#tip = { slot: absoluteSlot, height: blockHeight };
    } catch {
      // The next poll tries again.
    } finally {
      this.#reading = false;
    }
  }

  #sendAgain(waiting: Waiting): void {
    waiting.sentAt = Date.now();
    // The statuses tell what comes of it.
    if (waiting.wire)
      this.connection.sendRawTransaction(waiting.wire, { skipPreflight: true }).catch(() => {});
  }

  #stop(): void {
    this.#stoppedAt ??= Date.now();
    if (Date.now() - this.#stoppedAt >= this.options.graceMs) this.#giveUp(() => true);
  }

  #giveUp(which: (waiting: Waiting) => boolean, cause?: unknown): void {
    for (const [signature, waiting] of this.#waiting)
      if (which(waiting))
        this.#resolve(signature, { kind: 'unknown', ...(cause === undefined ? {} : { cause }) });
  }

  #resolve(signature: string, fate: Fate): void {
    this.#waiting.get(signature)?.resolve(fate);
    this.#waiting.delete(signature);
  }
}

const LEVELS: readonly Awaited[] = ['processed', 'confirmed', 'finalized'];

function isReached({ confirmationStatus, confirmations }: SignatureStatus, wanted: Awaited): boolean {
  // Old nodes say `confirmations: null` alone of what is final.
  const level = confirmationStatus ?? (confirmations === null ? 'finalized' : 'processed');
  return LEVELS.indexOf(level) >= LEVELS.indexOf(wanted);
}
