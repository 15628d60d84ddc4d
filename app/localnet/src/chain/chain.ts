import { EventEmitter } from 'node:events';
import { type Account, LiteSvm, Rent } from 'litesvm/dist/internal';
import { type ByteKey, fromBase58, fromKey, toKey } from '../encoding';
import { type Commitment, type ConfirmationDelays, delayOf } from './commitment';
import { epochOf } from './epochs';
import type { TransactionError } from './errors';
import { execute, type Landed, ledgerEntry } from './execution';
import { Faucet } from './faucet';
import { Ledger, type LedgerEntry } from './ledger';
import { addMemo4 } from './memos';
import { durableNonce } from './nonce';
import type { Outcome } from './outcome';
import { Performance } from './performance';
import { PreImages } from './pre-images';
import { simulate } from './simulation';
import { type ChainClock, Slots } from './slots';
import { StatusCache } from './status-cache';
import { SLOT_SYSVARS, writeClock, writeSlotSysvars } from './sysvars';
import { Validator } from './validator';
import type { WireTransaction } from './wire-message';

/** The settings of a chain. */
export interface ChainSettings {
  clock: ChainClock;
  /** Transactions kept for reading. */
  historyCapacity: number;
  delays: ConfirmationDelays;
  rentLamportsPerByte: number;
  /** Whether requests may move its time; not where somebody else's clock tells it. */
  hasOwnTime: boolean;
}

interface ChainEvents {
  /** Entries of one slot that have just reached a commitment. */
  reached: [commitment: Commitment, entries: readonly LedgerEntry[]];
  /** A slot has begun. */
  slot: [slot: number];
}

/** Programs whose accounts exist from the start. */
const FIRST_OWNERS = [
  'NativeLoader1111111111111111111111111111111',
  'BPFLoader2111111111111111111111111111111111',
  'BPFLoaderUpgradeab1e11111111111111111111111',
  'Sysvar1111111111111111111111111111111111111',
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
].map((address) => fromBase58(address)!);

/** Slots that precede a chain's start, so that every commitment and sysvar has earlier slots. */
const SLOTS_BEFORE_START = 32;

/** Adds to LiteSVM what a cluster has: slots, expiring blockhashes, commitments and a ledger. */
export class Chain extends EventEmitter<ChainEvents> {
  readonly svm = new LiteSvm();
  readonly slots: Slots;
  readonly ledger: Ledger;
  readonly faucet: Faucet;
  readonly validator: Validator;
  /** Where the chain is served, as `host:port`; undefined until it is. */
  endpoints: { rpc: string; pubsub: string } | undefined;
  readonly performance = new Performance();
  private readonly statusCache = new StatusCache();
  private readonly preImages = new PreImages();
  /** Every address that was ever written, since LiteSVM can't list its accounts. */
  private readonly addresses = new Set<ByteKey>();

  readonly delays: ConfirmationDelays;
  readonly hasOwnTime: boolean;

  constructor({ clock, historyCapacity, delays, rentLamportsPerByte, hasOwnTime }: ChainSettings) {
    super();
    this.hasOwnTime = hasOwnTime;
    this.delays = delays;
    this.svm.setRent(new Rent(BigInt(rentLamportsPerByte), 1, 0));
    // LiteSVM accepts only its one newest blockhash and its history slows down once full: both are kept here.
    this.svm.setTransactionHistory(0n);
    this.svm.setBlockhashCheck(false);
    this.svm.withNativeMints();
    for (const { address } of FIRST_OWNERS.flatMap((owner) => this.svm.getProgramAccounts(owner))) {
      this.addresses.add(toKey(address));
    }
    addMemo4(this);
    this.ledger = new Ledger(historyCapacity);
    this.slots = new Slots(Number(this.svm.getClock().slot), clock);
    this.faucet = new Faucet(this);
    this.validator = new Validator(this, epochOf(this.slots.current).epoch, (bytes) =>
      this.svm.minimumBalanceForRentExemption(BigInt(bytes)),
    );
    this.advanceSlots(SLOTS_BEFORE_START);
  }

  /** Returns the newest slot that has reached a commitment. */
  slotAt(commitment: Commitment): number {
    return this.slots.current - delayOf(commitment, this.delays);
  }

  /** Begins `count` slots at once. */
  advanceSlots(count: number): void {
    const before = this.slots.current;
    // Only of the last ones does anybody read the sysvars as they were.
    const kept = Math.min(count, this.delays.finalized);
    if (count > kept) this.slots.advance(count - kept);
    if (count > kept) writeSlotSysvars(this.svm, this.slots);
    for (let slot = 0; slot < kept; slot++) {
      this.slots.advance(1);
      for (const address of SLOT_SYSVARS) this.beforeWrite(toKey(address), this.svm.getAccount(address));
      writeSlotSysvars(this.svm, this.slots);
    }
    this.statusCache.prune(this.slots.current);
    this.performance.tick(Date.now(), this.slots.current, this.ledger.count);
    this.emit('slot', this.slots.current);
    for (const commitment of ['confirmed', 'finalized'] as const) {
      const delay = this.delays[commitment];
      if (delay === 0) continue;
      for (const slot of this.ledger.slotsBetween(before - delay + 1, this.slots.current - delay)) {
        this.emit('reached', commitment, this.ledger.inSlot(slot));
      }
    }
    this.preImages.prune(this.slotAt('finalized'));
  }

  /** Sets chain time, in unix seconds. It continues from there. */
  setUnixTimestamp(seconds: number): void {
    this.slots.setUnixTimestamp(seconds);
    writeClock(this.svm, this.slots);
  }

  /** Lets seconds of chain time pass, and begins a slot. @returns the new time, unix seconds */
  passTime(seconds: number): number {
    const time = (this.slots.time(this.slots.current) ?? 0) + seconds;
    this.setUnixTimestamp(time);
    this.advanceSlots(1);
    return time;
  }

  /** Returns an account as of a commitment. */
  account(address: Uint8Array, commitment: Commitment): Account | null {
    const image = this.preImages.at(toKey(address), this.slotAt(commitment));
    return image ? image.account : this.svm.getAccount(address);
  }

  /** Returns a program's accounts as of a commitment. */
  programAccounts(program: Uint8Array, commitment: Commitment): { address: Buffer; account: Account }[] {
    const written = this.preImages.writtenAfter(this.slotAt(commitment));
    const unchanged = this.svm
      .getProgramAccounts(program)
      .map((found) => ({ address: Buffer.from(found.address), account: found.account() }))
      .filter(({ address }) => !written.has(toKey(address)));
    const earlier = [...written].flatMap((key) => {
      const address = fromKey(key);
      const account = this.account(address, commitment);
      return account && Buffer.from(account.owner()).equals(program) ? [{ address, account }] : [];
    });
    return [...unchanged, ...earlier];
  }

  /** Returns all accounts as of a commitment. Slow: it looks at every one. */
  accounts(commitment: Commitment): { address: Buffer; account: Account }[] {
    return [...this.addresses].flatMap((key) => {
      const address = fromKey(key);
      const account = this.account(address, commitment);
      return account && account.lamports() > 0n ? [{ address, account }] : [];
    });
  }

  /** Keeps an account's state from before the present slot. Comes before each write. */
  private beforeWrite(address: ByteKey, before: Account | null): void {
    this.addresses.add(address);
    this.preImages.save(address, this.slots.current, before);
  }

  /** Loads a program's compiled bytes. @throws Error for bytes that are no program */
  addProgram(address: Uint8Array, bytes: Uint8Array): void {
    this.svm.addProgram(address, bytes);
    this.addresses.add(toKey(address));
    const program = this.svm.getAccount(address);
    // A program of the upgradeable loader names the account that holds its bytes.
    if (program?.data().length === 36) this.addresses.add(toKey(program.data().subarray(4)));
  }

  /** Writes an account without any checks. */
  setAccount(address: Uint8Array, account: Account): void {
    this.beforeWrite(toKey(address), this.svm.getAccount(address));
    this.svm.setAccount(address, account);
  }

  /** The blockhash that new nonces are made from: the last complete slot's. */
  private get newestBlockhash(): Buffer {
    return this.slots.blockhash(this.slots.current - 1);
  }

  /** Returns why a transaction would be refused before execution in the slot of `commitment`, or undefined. */
  private refusal(transaction: WireTransaction, commitment: Commitment): TransactionError | undefined {
    const usable =
      this.slots.isUsable(transaction.blockhash, this.slotAt(commitment)) ||
      durableNonce(this.svm, transaction, this.newestBlockhash) !== undefined;
    if (!usable) return 'BlockhashNotFound';
    return this.statusCache.has(transaction.wire) ? 'AlreadyProcessed' : undefined;
  }

  /**
   * Executes a transaction and adds it to the ledger, even if it fails. A refused transaction isn't added.
   *
   * With `preflight`, a failing transaction leaves no trace, as if it had been simulated at that commitment first. This
   * saves the separate simulation.
   */
  process(transaction: WireTransaction, preflight?: Commitment): Outcome {
    const refusal = this.refusal(transaction, preflight ?? 'processed');
    if (refusal) return { err: refusal, postAccounts: new Map(), loadedDataSize: 0 };
    const { landed, ...outcome } = execute(
      this.svm,
      transaction,
      this.newestBlockhash,
      preflight === undefined,
    );
    if (landed) this.record(transaction, landed);
    return outcome;
  }

  private record(transaction: WireTransaction, landed: Landed): void {
    const slot = this.slots.current;
    const { accounts, before } = landed;
    for (const [index, key] of accounts.keys.entries()) {
      if (accounts.writable[index]) this.beforeWrite(toKey(key), before.handles[index] ?? null);
    }
    const entry = ledgerEntry(this.svm, transaction, landed, slot, this.ledger.countInSlot(slot));
    this.ledger.add(entry);
    this.statusCache.add(transaction.wire, slot);
    this.emit('reached', 'processed', [entry]);
    for (const commitment of ['confirmed', 'finalized'] as const) {
      if (this.delays[commitment] === 0) this.emit('reached', commitment, [entry]);
    }
  }

  /** Executes a transaction without keeping its effects. */
  simulate(transaction: WireTransaction, commitment: Commitment, verifySignatures: boolean): Outcome {
    return simulate(this.svm, transaction, this.refusal(transaction, commitment), verifySignatures);
  }
}
