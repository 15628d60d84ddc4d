import type { Connection, SignatureStatus, TransactionError } from '@solana/web3.js';
import { sleep } from '../../core/sleep';
import { CrankError } from './errors';

/** Most signatures that a node looks up at once. */
const MAX_SIGNATURES = 256;
/** How long a node may fail to answer before the crank gives up, milliseconds. */
const PATIENCE_MS = 60_000;

/** The outcome of a transaction. `unknown`: no longer awaited. */
export type Fate =
  | { kind: 'confirmed' }
  | { kind: 'failed'; error: TransactionError }
  | { kind: 'expired' | 'unknown' };

interface Waiting {
  wire: Uint8Array;
  lastValidHeight: number;
  sentAt: number;
  resolve(fate: Fate): void;
  reject(error: Error): void;
}

/**
 * Waits for many transactions by asking for their statuses together, and sends again those that a node may have lost.
 * One that was confirmed is never taken for expired: the height is read before the statuses.
 */
export class Confirmations {
  readonly #waiting = new Map<string, Waiting>();
  #running = false;
  #lastAnswer = 0;
  #stoppedAt: number | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly options: { pollMs: number; resendMs: number; graceMs: number; signal: AbortSignal },
  ) {}

  /** @throws CrankError `rpc-unreachable` */
  wait(signature: string, wire: Uint8Array, lastValidHeight: number): Promise<Fate> {
    const fate = new Promise<Fate>((resolve, reject) => {
      this.#waiting.set(signature, { wire, lastValidHeight, sentAt: Date.now(), resolve, reject });
    });
    if (!this.#running) void this.#run();
    return fate;
  }

  async #run(): Promise<void> {
    this.#running = true;
    this.#lastAnswer = Date.now();
    while (this.#waiting.size > 0) {
      await sleep(this.options.pollMs);
      try {
        await this.#poll();
        this.#lastAnswer = Date.now();
      } catch (cause) {
        if (Date.now() - this.#lastAnswer > PATIENCE_MS) this.#giveUp(cause);
      }
      if (this.options.signal.aborted) this.#stop();
    }
    this.#running = false;
  }

  async #poll(): Promise<void> {
    const late = [...this.#waiting.values()].filter(
      ({ sentAt }) => Date.now() - sentAt > this.options.resendMs,
    );
    const height = late.length > 0 ? await this.connection.getBlockHeight('confirmed') : 0;
    const signatures = [...this.#waiting.keys()];
    for (let at = 0; at < signatures.length; at += MAX_SIGNATURES) {
      const part = signatures.slice(at, at + MAX_SIGNATURES);
      const { value } = await this.connection.getSignatureStatuses(part);
      for (const [i, signature] of part.entries()) this.#learn(signature, value[i] ?? null, height);
    }
    for (const waiting of late) await this.#sendAgain(waiting);
  }

  #learn(signature: string, status: SignatureStatus | null, height: number): void {
    const waiting = this.#waiting.get(signature);
    if (!waiting) return;
    const fate = fateOf(status, height > waiting.lastValidHeight);
    if (!fate) return;
    this.#waiting.delete(signature);
    waiting.resolve(fate);
  }

  async #sendAgain(waiting: Waiting): Promise<void> {
    if (![...this.#waiting.values()].includes(waiting)) return;
    waiting.sentAt = Date.now();
    // The statuses tell what comes of it.
    await this.connection.sendRawTransaction(waiting.wire, { skipPreflight: true }).catch(() => {});
  }

  #stop(): void {
    this.#stoppedAt ??= Date.now();
    if (Date.now() - this.#stoppedAt < this.options.graceMs) return;
    for (const { resolve } of this.#waiting.values()) resolve({ kind: 'unknown' });
    this.#waiting.clear();
  }

  #giveUp(cause: unknown): void {
    const error = new CrankError('rpc-unreachable', `${this.connection.rpcEndpoint} no longer answers`, {
      cause,
    });
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function fateOf(status: SignatureStatus | null, isOver: boolean): Fate | undefined {
  if (!status) return isOver ? { kind: 'expired' } : undefined;
  const isConfirmed =
    status.confirmationStatus === 'confirmed' ||
    status.confirmationStatus === 'finalized' ||
    status.confirmations === null;
  if (!isConfirmed) return undefined;
  return status.err ? { kind: 'failed', error: status.err } : { kind: 'confirmed' };
}
