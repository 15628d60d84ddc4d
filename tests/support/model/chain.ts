import { type Localnet, startLocalnet } from '@commonwire/localnet';
import { compile, signEd25519, TransactionFailed } from '@commonwire/sdk/core';
import { Keypair, PublicKey, SystemProgram, type TransactionInstruction } from '@solana/web3.js';
import { localPrograms, refusalOf, seedOf, type TestProgram } from '../chain';

const START = 1_800_000_000;
const SOL = 1_000_000_000n;
/** More than a network of a model ever waits for, and few enough to be quick. */
const MOST_SLOTS = 8;
const BLOCKHASH = PublicKey.default.toBase58();

/** An account's bytes at one moment; lamports 0n for none. */
export interface State {
  lamports: bigint;
  data: Uint8Array;
  owner: string;
}

/** The embedded chain without its servers between: transactions run in this process, and time stands still. */
export class ModelChain {
  /** Chain time, unix seconds. */
  now = BigInt(START);
  /** Pays fees and nothing else. */
  readonly feePayer = Keypair.fromSeed(new Uint8Array(32).fill(1));

  private constructor(private readonly localnet: Localnet) {
    this.give(this.feePayer.publicKey, 1_000_000n * SOL);
  }

  static async start(programs: readonly TestProgram[]): Promise<ModelChain> {
    const localnet = await startLocalnet({
      programs: localPrograms(programs),
      clock: { now: () => START * 1000 },
      slotMs: 60_000,
    });
    return new ModelChain(localnet);
  }

  close = (): Promise<void> => this.localnet.close();

  /** Lets time go by. @param slots how many with it; default: one in ten seconds. @returns the slots */
  pass(seconds: bigint, slots = Math.min(MOST_SLOTS, Math.ceil(Number(seconds) / 10))): number {
    this.now += seconds;
    if (slots > 0) this.localnet.advanceSlots(slots);
    this.localnet.setUnixTimestamp(Number(this.now));
    return slots;
  }

  /** The slot that the Clock sysvar tells. */
  slot = (): bigint => this.localnet.svm.getClock().slot;

  /** Puts lamports into a wallet. */
  give(address: PublicKey, lamports: bigint): void {
    this.write(address, lamports, new Uint8Array(), SystemProgram.programId);
  }

  /** Writes an account past all rules. */
  write(address: PublicKey, lamports: bigint, data: Uint8Array, owner: PublicKey): void {
    this.localnet.setAccount({ address, lamports, data, owner });
  }

  rent = (bytes: number): bigint => this.localnet.svm.minimumBalanceForRentExemption(BigInt(bytes));

  read(address: PublicKey): State {
    const account = this.localnet.svm.getAccount(address.toBytes());
    if (!account) return { lamports: 0n, data: new Uint8Array(), owner: '' };
    return {
      lamports: account.lamports(),
      data: account.data(),
      owner: Buffer.from(account.owner()).toString('hex'),
    };
  }

  /** Runs a transaction. @returns null, or why it was refused: the program's code, else a reason of `refusals.ts` */
  send(instructions: readonly TransactionInstruction[], signers: readonly Keypair[]): string | null {
    const result = this.localnet.svm.sendVersionedTransaction(this.sign(instructions, signers));
    return 'err' in result ? refusal(result.meta().logs(), String(result.err())) : null;
  }

  /** Runs a transaction without a trace. @returns as {@link send} */
  simulate(instructions: readonly TransactionInstruction[], signers: readonly Keypair[]): string | null {
    const result = this.localnet.svm.simulateVersionedTransaction(this.sign(instructions, signers));
    return 'err' in result ? refusal(result.meta().logs(), String(result.err())) : null;
  }

  private sign(instructions: readonly TransactionInstruction[], signers: readonly Keypair[]): Uint8Array {
    const options = { computeUnitLimit: 1_400_000 };
    const transaction = compile(this.feePayer.publicKey, BLOCKHASH, instructions, options);
    const message = transaction.message.serialize();
    for (const signer of new Set([this.feePayer, ...signers])) {
      transaction.addSignature(signer.publicKey, signEd25519(message, seedOf(signer)));
    }
    return transaction.serialize();
  }
}

/** Why it was refused, of the logs that tell it, or of the error itself where none does. */
const refusal = (logs: readonly string[], error: string): string =>
  refusalOf(new TransactionFailed(logs.findLast((log) => / failed: /.test(log)) ?? error, logs));
