import { utils } from '@coral-xyz/anchor';
import type { Connection, Signer, VersionedTransaction } from '@solana/web3.js';
import { buffer } from '../../core/bytes';
import { Confirmations, type Fate } from '../../core/confirmations';
import { nodeOf } from '../../core/rpc-connection';
import { judge } from '../../core/send-verdict';
import { sleep } from '../../core/sleep';
import { logsOf, TransactionFailed } from '../../core/transactions';
import { CrankError } from './errors';

/** Lamports of a transaction with one signature. */
export const SIGNATURE_FEE = 5000n;

/** A blockhash is good for 150 slots, half a minute where they are short; a younger one leaves time to land. */
const BLOCKHASH_MS = 15_000;
/** Tries of one transaction. */
const ATTEMPTS = 6;

/** A transaction that can be made with any blockhash. */
export interface Job {
  /** The transaction to sign as its only signer. */
  build(blockhash: string): VersionedTransaction;
  /** Lamports it costs. */
  readonly fee: bigint;
}

/** How a job ended. `lost`: it may or may not have landed, read the chain. `stopped`: it was never sent. */
export type Sending =
  | { kind: 'confirmed'; signature: string }
  | { kind: 'refused'; error: TransactionFailed }
  | { kind: 'lost' | 'stopped' };

/** How transactions are sent. */
export interface SenderOptions {
  /** Transactions on their way at once. Default 128. */
  window?: number;
  /** Milliseconds between two looks at what was confirmed. Default 250. */
  pollMs?: number;
  /** Milliseconds after which a transaction without a status is sent again. Default 2,000. */
  resendMs?: number;
  /** Milliseconds that transactions on their way are waited for after a stop. Default 5,000. */
  graceMs?: number;
}

/** A blockhash and the slot at which it was read: a machine that is behind it doesn't know it yet. */
interface Latest {
  blockhash: string;
  lastValidBlockHeight: number;
  slot: number;
}

/** Sends many transactions at once, each until it is confirmed, refused for good or tried too often. */
export class Sender {
  readonly sent = { transactions: 0, fees: 0n };
  readonly #confirmations: Confirmations;
  readonly #queue: (() => void)[] = [];
  readonly #window: number;
  #active = 0;
  #blockhash: { value: Promise<Latest>; at: number } | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly payer: Signer,
    private readonly signal: AbortSignal,
    { window = 128, pollMs = 250, resendMs = 2_000, graceMs = 5_000 }: SenderOptions = {},
  ) {
    this.#window = window;
    this.#confirmations = new Confirmations(connection, { pollMs, resendMs, graceMs, signal });
  }

  /**
   * Resolves when the job has ended; jobs start in the order of the calls. `mayStart` is asked when its turn comes.
   * @throws CrankError
   */
  async send(job: Job, mayStart: () => boolean = () => true): Promise<Sending> {
    if (this.#active >= this.#window) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#active += 1;
    try {
      return mayStart() ? await this.#attempt(job) : { kind: 'stopped' };
    } finally {
      this.#active -= 1;
      this.#queue.shift()?.();
    }
  }

  async #attempt(job: Job): Promise<Sending> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (this.signal.aborted) return { kind: 'stopped' };
      const { slot, ...latest } = await this.#latest();
      const transaction = job.build(latest.blockhash);
      const { wire, signature } = this.#sign(transaction);
      const verdict = await this.connection
        .sendRawTransaction(wire, { preflightCommitment: 'processed', minContextSlot: slot })
        .then(
          () => ({ kind: 'landed' }) as const,
          (error: unknown) => judge(error, transaction),
        );
      if (verdict.kind === 'refused') return verdict;
      if (verdict.kind === 'again') {
        if (verdict.stale) this.#blockhash = undefined;
        await sleep(100 * 2 ** attempt);
        continue;
      }
      const fate = await this.#confirmations.wait(signature, wire, latest.lastValidBlockHeight);
      if (fate.kind === 'expired') {
        this.#blockhash = undefined;
        continue;
      }
      return this.#conclude(fate, signature, job, transaction);
    }
    return { kind: 'lost' };
  }

  async #conclude(
    fate: Exclude<Fate, { kind: 'expired' }>,
    signature: string,
    job: Job,
    transaction: VersionedTransaction,
  ): Promise<Sending> {
    if (fate.kind === 'unknown' && fate.cause !== undefined)
      throw new CrankError('rpc-unreachable', `RPC node ${nodeOf(this.connection)} no longer answers`, {
        cause: fate.cause,
      });
    if (fate.kind === 'failed' || fate.kind === 'confirmed') {
      this.sent.transactions += 1;
      this.sent.fees += job.fee;
    }
    if (fate.kind === 'failed') {
      const logs = await logsOf(this.connection, signature).catch(() => []);
      return { kind: 'refused', error: new TransactionFailed(fate.error, logs, { transaction }) };
    }
    return fate.kind === 'confirmed' ? { kind: 'confirmed', signature } : { kind: 'lost' };
  }

  #sign(transaction: VersionedTransaction): { wire: Uint8Array; signature: string } {
    transaction.sign([this.payer]);
    return {
      wire: transaction.serialize(),
      signature: utils.bytes.bs58.encode(buffer(transaction.signatures[0]!)),
    };
  }

  async #latest(): Promise<Latest> {
    if (!this.#blockhash || Date.now() - this.#blockhash.at > BLOCKHASH_MS) {
      const value = this.connection
        .getLatestBlockhashAndContext('confirmed')
        .then(({ context, value }) => ({ ...value, slot: context.slot }));
      this.#blockhash = { value, at: Date.now() };
    }
    const { value } = this.#blockhash;
    try {
      return await value;
    } catch (error) {
      if (this.#blockhash?.value === value) this.#blockhash = undefined;
      throw error;
    }
  }
}
