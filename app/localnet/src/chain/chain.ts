import { EventEmitter } from 'node:events';
import {
  type Account,
  LiteSvm,
  Rent,
  type SimulatedTransactionInfo,
  type TransactionMetadata,
} from 'litesvm/dist/internal';
import { type ByteKey, fromBase58, fromKey, toKey } from '../encoding';
import { type AccountKeys, resolveKeys } from './account-keys';
import { type Commitment, type ConfirmationDelays, delayOf } from './commitment';
import { epochOf } from './epochs';
import { type TransactionError, transactionError } from './errors';
import { Faucet } from './faucet';
import { transactionFee } from './fees';
import { Ledger, type LedgerEntry } from './ledger';
import { loadedDataSize } from './loaded-data';
import { memoText } from './memos';
import { usesCurrentNonce } from './nonce';
import { Performance } from './performance';
import { PreImages } from './pre-images';
import { type ChainClock, Slots } from './slots';
import { StatusCache } from './status-cache';
import { writeClock, writeSlotSysvars } from './sysvars';
import { isTokenProgram, type TokenBalance, tokenBalances } from './token-balances';
import { Validator } from './validator';
import type { WireTransaction } from './wire-message';

/** The outcome of a transaction. `meta` is missing if it was refused before execution. */
export interface Outcome {
  err: TransactionError | null;
  meta?: TransactionMetadata;
}

/** Balances of a transaction's accounts in the order of its keys. */
export interface Balances {
  lamports: readonly bigint[];
  tokens: readonly TokenBalance[];
}

/** The outcome of a simulation, with the resulting writable accounts. */
export interface SimulationOutcome extends Outcome {
  postAccounts: Map<string, Account>;
  /** What the rest is about; undefined if a lookup table is missing. */
  accounts?: AccountKeys | undefined;
  before?: Balances;
  after?: Balances;
  /** Lamports that it would pay; undefined if it would be refused before execution. */
  fee?: bigint;
  loadedDataSize: number;
}

/** The settings of a chain. */
export interface ChainSettings {
  clock: ChainClock;
  /** Transactions kept for reading. */
  historyCapacity: number;
  delays: ConfirmationDelays;
  rentLamportsPerByte: number;
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

  constructor({ clock, historyCapacity, delays, rentLamportsPerByte }: ChainSettings) {
    super();
    this.delays = delays;
    this.svm.setRent(new Rent(BigInt(rentLamportsPerByte), 1, 0));
    // LiteSVM accepts only its one newest blockhash and its history slows down once full: both are kept here.
    this.svm.setTransactionHistory(0n);
    this.svm.setBlockhashCheck(false);
    this.svm.withNativeMints();
    for (const { address } of FIRST_OWNERS.flatMap((owner) => this.svm.getProgramAccounts(owner))) {
      this.addresses.add(toKey(address));
    }
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
    this.slots.advance(count);
    writeSlotSysvars(this.svm, this.slots);
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

  /** Writes an account without any checks. */
  setAccount(address: Uint8Array, account: Account): void {
    this.beforeWrite(toKey(address), this.svm.getAccount(address));
    this.svm.setAccount(address, account);
  }

  /** Returns why a transaction would be refused before execution in the slot of `commitment`, or undefined. */
  private refusal(transaction: WireTransaction, commitment: Commitment): TransactionError | undefined {
    const usable =
      this.slots.isUsable(transaction.blockhash, this.slotAt(commitment)) ||
      usesCurrentNonce(this.svm, transaction);
    if (!usable) return 'BlockhashNotFound';
    return this.statusCache.has(transaction.wire) ? 'AlreadyProcessed' : undefined;
  }

  /**
   * Executes a transaction and adds it to the ledger, even if it fails. A refused transaction isn't added.
   *
   * With `preflight`, a failing transaction leaves no trace, as if it had been simulated at that commitment first. This
   * saves the separate simulation.
   */
  process(transaction: WireTransaction, preflight?: Commitment): SimulationOutcome {
    const refusal = this.refusal(transaction, preflight ?? 'processed');
    const nothing = { postAccounts: new Map(), loadedDataSize: 0 };
    if (refusal) return { ...nothing, err: refusal };
    const accounts = resolveKeys(this.svm, transaction);
    const before = accounts && this.readBefore(accounts);
    const result = this.svm.sendVersionedTransaction(transaction.wire);
    const outcome =
      'err' in result
        ? { ...nothing, err: transactionError(result.err()), meta: result.meta() }
        : { ...nothing, err: null, meta: result };
    if (!executed(outcome.meta) || !accounts || !before) return outcome;
    if (outcome.err !== null && preflight) {
      const payer = before.handles[0];
      if (payer) this.svm.setAccount(accounts.keys[0]!, payer);
      const loaded = loadedDataSize(this.svm, transaction, accounts.keys);
      return { ...outcome, fee: transactionFee(transaction), loadedDataSize: loaded };
    }
    this.record(transaction, accounts, before, outcome.err, outcome.meta);
    return outcome;
  }

  /** Reads accounts before execution: those that it may write or that may hold tokens, and the lamports of all. */
  private readBefore({ keys, writable, isInvoked }: AccountKeys) {
    const withTokens = keys.some(isTokenProgram);
    const handles = keys.map((key, index) =>
      writable[index] || (withTokens && !isInvoked[index]) ? this.svm.getAccount(key) : null,
    );
    const balances = BigUint64Array.from(keys, (key, index) =>
      writable[index] ? (handles[index]?.lamports() ?? 0n) : (this.svm.getBalance(key) ?? 0n),
    );
    return { withTokens, handles, balances };
  }

  private record(
    transaction: WireTransaction,
    accounts: AccountKeys,
    before: ReturnType<Chain['readBefore']>,
    err: TransactionError | null,
    meta: TransactionMetadata,
  ): void {
    const { keys, loaded, writable } = accounts;
    const slot = this.slots.current;
    const sum = (values: BigUint64Array) => values.reduce((total, value) => total + value, 0n);
    const postBalances = BigUint64Array.from(keys, (key, index) =>
      writable[index] ? (this.svm.getBalance(key) ?? 0n) : before.balances[index]!,
    );
    for (const [index, key] of keys.entries()) {
      if (writable[index]) this.beforeWrite(toKey(key), before.handles[index] ?? null);
    }
    const read = (address: Uint8Array) => this.svm.getAccount(address);
    const handlesAfter = before.withTokens
      ? before.handles.map((handle, index) => (writable[index] ? read(keys[index]!) : handle))
      : [];
    const entry: LedgerEntry = {
      wire: transaction.wire,
      slot,
      index: this.ledger.countInSlot(slot),
      err,
      // Programs can't create or burn lamports, so the difference between the sums is the fee.
      fee: sum(before.balances) - sum(postBalances),
      keys,
      loaded,
      writable,
      memo: memoText(transaction.instructions.map(({ programIndex, data }) => [keys[programIndex]!, data])),
      preBalances: before.balances,
      postBalances,
      preTokenBalances: before.withTokens ? tokenBalances(before.handles, read) : [],
      postTokenBalances: tokenBalances(handlesAfter, read),
      meta,
    };
    this.ledger.add(entry);
    this.statusCache.add(transaction.wire, slot);
    this.emit('reached', 'processed', [entry]);
    for (const commitment of ['confirmed', 'finalized'] as const) {
      if (this.delays[commitment] === 0) this.emit('reached', commitment, [entry]);
    }
  }

  /** Executes a transaction without keeping its effects. */
  simulate(
    transaction: WireTransaction,
    commitment: Commitment,
    verifySignatures: boolean,
  ): SimulationOutcome {
    const accounts = resolveKeys(this.svm, transaction);
    const before = accounts && this.readBefore(accounts);
    const refusal = this.refusal(transaction, commitment);
    if (refusal) {
      const balances = before && this.balancesOf(before.balances, before.handles);
      return {
        err: refusal,
        postAccounts: new Map(),
        accounts,
        loadedDataSize: 0,
        ...(balances ? { before: balances, after: balances } : {}),
      };
    }
    this.svm.setSigverify(verifySignatures);
    let result: ReturnType<LiteSvm['simulateVersionedTransaction']>;
    try {
      result = this.svm.simulateVersionedTransaction(transaction.wire);
    } finally {
      this.svm.setSigverify(true);
    }
    const outcome =
      'err' in result
        ? { err: transactionError(result.err()), meta: result.meta(), postAccounts: new Map() }
        : { err: null, meta: result.meta(), postAccounts: postAccountsOf(result) };
    if (!accounts || !before) return { ...outcome, loadedDataSize: 0 };
    return { ...outcome, accounts, ...this.simulatedChanges(transaction, accounts, before, outcome) };
  }

  private balancesOf(lamports: BigUint64Array, handles: readonly (Account | null)[]): Balances {
    const tokens = tokenBalances(handles, (address) => this.svm.getAccount(address));
    return { lamports: [...lamports], tokens };
  }

  /** What a simulation that wasn't refused would have changed. A failed one would only have paid its fee. */
  private simulatedChanges(
    transaction: WireTransaction,
    { keys }: AccountKeys,
    { balances, handles }: ReturnType<Chain['readBefore']>,
    { err, meta, postAccounts }: Pick<SimulationOutcome, 'err' | 'meta' | 'postAccounts'>,
  ) {
    const before = this.balancesOf(balances, handles);
    if (!executed(meta)) return { before, after: before, loadedDataSize: 0 };
    const fee = transactionFee(transaction);
    const loaded = loadedDataSize(this.svm, transaction, keys);
    if (err !== null) {
      const lamports = before.lamports.map((value, index) => (index === 0 ? value - fee : value));
      return { before, after: { ...before, lamports }, fee, loadedDataSize: loaded };
    }
    const handlesAfter = keys.map((key, index) => postAccounts.get(toKey(key)) ?? handles[index] ?? null);
    const lamports = keys.map((key, index) => postAccounts.get(toKey(key))?.lamports() ?? balances[index]!);
    const read = (address: Uint8Array) => postAccounts.get(toKey(address)) ?? this.svm.getAccount(address);
    return {
      before,
      after: { lamports, tokens: tokenBalances(handlesAfter, read) },
      fee,
      loadedDataSize: loaded,
    };
  }
}

/** Whether a transaction got as far as its programs: LiteSVM returns the signature only then. */
const executed = (meta: TransactionMetadata | undefined): boolean =>
  meta?.signature().some((byte) => byte !== 0) ?? false;

const postAccountsOf = (result: SimulatedTransactionInfo): Map<string, Account> =>
  new Map(result.postAccounts().map((found) => [toKey(found.address), found.account()]));
