import { sendAndConfirm, TransactionFailed } from '@commonwire/sdk/core';
import {
  AccountLayout,
  createAssociatedTokenAccountIdempotentInstruction,
  createInitializeMint2Instruction,
  createMintToInstruction,
  getAssociatedTokenAddressSync,
  MINT_SIZE,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import {
  type Connection,
  Keypair,
  type PublicKey,
  type Signer,
  SYSVAR_CLOCK_PUBKEY,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js';
import { DemoError } from './errors';
import type { NetworkTime } from './network-time';

/** How often the chain is asked for what is awaited, milliseconds: seldom, since oracles and devices share this process. */
const POLL_MS = 1_000;
/** How many times as long as expected a wait may take, and how much longer at least: the demo goes slower on a busy machine. */
const PATIENCE = 10;
const LEAST_PATIENCE_MS = 120_000;
/** The clock sysvar's unix time lies behind slot, epoch start, epoch and leader schedule epoch. */
const CLOCK_TIME_OFFSET = 32;
/** Transactions that are sent at the same time. */
const AT_ONCE = 5;
/** Token accounts that are opened, or minted to, in one transaction. */
const ACCOUNTS = 5;

/** What a story acts with. */
export interface StageOptions {
  connection: Connection;
  /** Pays all fees and rents, and mints. */
  payer: Keypair;
  time: NetworkTime;
  /** Ends every wait. */
  signal: AbortSignal;
  /** Tells what happens, in one line. */
  say: (what: string) => void;
}

/** Where a story of the demo takes place: a chain, its time, and somebody who pays. */
export class Stage {
  readonly connection: Connection;
  readonly payer: Keypair;
  readonly say: (what: string) => void;
  /** Whether devices report no more and are paid: nobody earns anything more. */
  isSettled = false;

  constructor(private readonly options: StageOptions) {
    this.connection = options.connection;
    this.payer = options.payer;
    this.say = options.say;
  }

  /** Sends one transaction. */
  send(
    instructions: TransactionInstruction | readonly TransactionInstruction[],
    signers: readonly Signer[] = [],
  ): Promise<string> {
    return sendAndConfirm(this.connection, this.payer, [instructions].flat(), { signers });
  }

  /** Does the same for all of these, some at a time. */
  async each<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
    for (let at = 0; at < items.length; at += AT_ONCE)
      await Promise.all(items.slice(at, at + AT_ONCE).map(act));
  }

  /** Requires that the chain refuses this for the reason `code`. @throws DemoError `not-refused` */
  async refused(code: string, sending: Promise<unknown>): Promise<void> {
    const error = await sending.then(
      () => undefined,
      (caught: unknown) => caught,
    );
    if (error instanceof TransactionFailed && error.code === code) return;
    if (error) throw error;
    throw new DemoError('not-refused', `the chain took what it must refuse as ${code}`);
  }

  /** Chain time, unix seconds. */
  async now(): Promise<bigint> {
    const clock = await this.connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY);
    return clock!.data.readBigInt64LE(CLOCK_TIME_OFFSET);
  }

  /** Waits for a moment of the chain, unix seconds. */
  async until(moment: bigint): Promise<void> {
    const { time, signal } = this.options;
    const left = async () => Number(moment - (await this.now()));
    const seconds = await left();
    await this.awaits(`chain time ${moment}`, seconds, async () => {
      const ms = ((await left()) * 1000) / time.pace;
      if (ms > POLL_MS) await time.sleep(ms - POLL_MS, signal);
      return ms <= 0;
    });
  }

  /**
   * Waits until something holds that should take so many seconds of the chain.
   * @throws DemoError `stalled` if it takes far longer, `stopped` if the demo ends meanwhile
   */
  async awaits(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
    const { time, signal } = this.options;
    const patience = Math.max(LEAST_PATIENCE_MS, ((seconds * 1000) / time.pace) * PATIENCE);
    for (const since = performance.now(); !(await holds()); ) {
      if (signal.aborted) throw new DemoError('stopped', `the demo was stopped before ${what}`);
      if (performance.now() - since > patience)
        throw new DemoError('stalled', `waited ${Math.round(patience / 1000)} s for ${what}`);
      await time.sleep(POLL_MS, signal);
    }
  }

  /** Waits until the chain is in another slot. */
  async nextSlot(): Promise<void> {
    const slot = await this.connection.getSlot();
    await this.awaits('another slot', 0, async () => (await this.connection.getSlot()) > slot);
  }

  /** A new token of so many decimals, which the payer mints. */
  async newMint(decimals: number): Promise<PublicKey> {
    const key = Keypair.generate();
    const payer = this.payer.publicKey;
    const create = SystemProgram.createAccount({
      fromPubkey: payer,
      newAccountPubkey: key.publicKey,
      lamports: await this.connection.getMinimumBalanceForRentExemption(MINT_SIZE),
      space: MINT_SIZE,
      programId: TOKEN_PROGRAM_ID,
    });
    await this.send([create, createInitializeMint2Instruction(key.publicKey, decimals, payer, null)], [key]);
    return key.publicKey;
  }

  /** Opens token accounts of these owners, and mints so many base units to each. */
  async mint(mint: PublicKey, to: readonly { owner: PublicKey; amount: bigint }[]): Promise<void> {
    const payer = this.payer.publicKey;
    await this.open(
      mint,
      to.map(({ owner }) => owner),
    );
    const minting = to.map(({ owner, amount }) =>
      createMintToInstruction(mint, tokensOf(mint, owner), payer, amount),
    );
    await this.each(batches(minting, ACCOUNTS), (batch) => this.send(batch));
  }

  /** Opens token accounts of these owners. */
  async open(mint: PublicKey, owners: readonly PublicKey[]): Promise<void> {
    const payer = this.payer.publicKey;
    const opening = owners.map((owner) =>
      createAssociatedTokenAccountIdempotentInstruction(payer, tokensOf(mint, owner), owner, mint),
    );
    await this.each(batches(opening, ACCOUNTS), (batch) => this.send(batch));
  }

  /** Base units in each of these token accounts; 0n where there is none. */
  async balances(accounts: readonly PublicKey[]): Promise<bigint[]> {
    const found = await this.connection.getMultipleAccountsInfo([...accounts]);
    return found.map((info) => (info ? AccountLayout.decode(info.data).amount : 0n));
  }

  /** Base units in a token account; 0n where there is none. */
  async balance(account: PublicKey): Promise<bigint> {
    return (await this.balances([account]))[0]!;
  }
}

/** Divides items into batches of so many, in their order. */
export const batches = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

/** The associated account of a token of the first token program. */
export const tokensOf = (mint: PublicKey, owner: PublicKey): PublicKey =>
  getAssociatedTokenAddressSync(mint, owner, true);
