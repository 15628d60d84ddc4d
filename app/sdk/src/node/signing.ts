import { utils } from '@coral-xyz/anchor';
import type { Connection, Keypair, PublicKey, TransactionInstruction } from '@solana/web3.js';
import * as z from 'zod';
import { buffer } from '../core/bytes';
import type { PriorityFee } from '../core/priority-fee';
import { compile, type SendOptions, sendAndConfirm, transactionBytes } from '../core/transactions';
import { addressIn, DEFAULT_KEYPAIR, readKeypair } from './keypair';
import { flag, keypairSource, priorityFee, UsageError } from './options';

/** The options of every command that sends something. */
export const signingOptions = {
  keypair: keypairSource,
  payer: z.string().meta({ isSecret: true }).optional(),
  'priority-fee': priorityFee.optional(),
  print: flag,
};

/** Help for these options. @param who what the signer is and does */
export const signingUsage = (
  who: string,
): string => `  --keypair FILE     ${who} (default: ${DEFAULT_KEYPAIR})
  --payer FILE       pays fees and rent in place of that key
  --priority-fee N   micro-lamports for each compute unit, to land sooner; auto: by recent fees, at most 1,000,000
  --print            print unsigned transactions for a multisig or another wallet instead of sending them; --keypair and
                     --payer may then be addresses`;

/** The values of {@link signingOptions}. */
export type SigningValues = z.output<z.ZodObject<typeof signingOptions>>;

/** An unsigned transaction, to be imported elsewhere: by Squads, another wallet or a program. */
export interface PrintedTransaction {
  /** Serialised, with room for the signatures. */
  transaction: string;
  transaction_base58: string;
  instructions: ReturnType<typeof instructionJson>[];
}

/** Who signs and who pays for what a command does, whether it is sent or printed. */
export class Signing {
  private constructor(
    /** The key that the command is about: owner, authority or depositor. */
    readonly signer: PublicKey,
    /** Pays fees and rent. */
    readonly payer: PublicKey,
    private readonly keys: { signer: Keypair; payer: Keypair } | null,
    /** What each transaction pays for a compute unit. */
    readonly price: PriorityFee | undefined,
  ) {}

  /**
   * Reads the keys that were named; with `--print` addresses will do.
   * @param signer the signer that is known anyhow, for printing without `--keypair`
   * @throws FileError UsageError
   */
  static read(given: SigningValues, signer?: PublicKey): Signing {
    const { keypair, payer = keypair, print } = given;
    const price = given['priority-fee'];
    if (print) {
      const from = (source: string) => addressIn(source) ?? readKeypair(source).publicKey;
      const isUsual = keypair === DEFAULT_KEYPAIR;
      const who = isUsual && signer ? signer : from(keypair);
      return new Signing(who, given.payer === undefined ? who : from(given.payer), null, price);
    }
    const named = addressIn(keypair) ? keypair : addressIn(payer) ? payer : undefined;
    if (named !== undefined)
      throw new UsageError(`${named} is an address, not a key file: only --print works without the key`);
    const key = readKeypair(keypair);
    const paying = given.payer === undefined ? key : readKeypair(given.payer);
    return new Signing(key.publicKey, paying.publicKey, { signer: key, payer: paying }, price);
  }

  /** Whether transactions are printed rather than sent. */
  get prints(): boolean {
    return this.keys === null;
  }

  /** Sends one transaction. @returns its signature @throws as `sendAndConfirm` does */
  send(
    connection: Connection,
    instructions: readonly TransactionInstruction[],
    options: SendOptions = {},
  ): Promise<string> {
    if (!this.keys) throw new Error('a transaction that is printed can not be sent');
    const { signer, payer } = this.keys;
    const isNeeded = instructions.some(({ keys }) =>
      keys.some(({ pubkey, isSigner }) => isSigner && pubkey.equals(signer.publicKey)),
    );
    const signers = [...(isNeeded && signer !== payer ? [signer] : []), ...(options.signers ?? [])];
    return sendAndConfirm(connection, payer, instructions, { price: this.price, ...options, signers });
  }

  /** The key that pays, for what sends by itself. */
  get paying(): Keypair {
    if (this.keys) return this.keys.payer;
    throw new Error('a transaction that is printed has no key');
  }

  /** The unsigned transaction: of version 0 where it fits, since wallets and multisigs know that best. */
  async print(
    connection: Connection,
    instructions: readonly TransactionInstruction[],
  ): Promise<PrintedTransaction> {
    const { blockhash } = await connection.getLatestBlockhash('finalized');
    const version = transactionBytes(this.payer, instructions, { version: 0 }) === null ? 1 : 0;
    const bytes = buffer(compile(this.payer, blockhash, instructions, { version }).serialize());
    return {
      transaction: bytes.toString('base64'),
      transaction_base58: utils.bytes.bs58.encode(bytes),
      instructions: instructions.map(instructionJson),
    };
  }
}

/** Formats an instruction as JSON for multisigs and governance programs; `data` is base64. */
export const instructionJson = ({ programId, keys, data }: TransactionInstruction) => ({
  program: programId.toBase58(),
  accounts: keys.map(({ pubkey, isSigner, isWritable }) => ({
    address: pubkey.toBase58(),
    signer: isSigner,
    writable: isWritable,
  })),
  data: data.toString('base64'),
});

/** Formats a printed transaction as text lines. */
export const printedLines = ({
  transaction,
  transaction_base58,
  instructions,
}: PrintedTransaction): string[] => [
  ...instructions.flatMap(instructionLines),
  `transaction (base64)  ${transaction}`,
  `transaction (base58)  ${transaction_base58}`,
];

function instructionLines({ program, accounts, data }: ReturnType<typeof instructionJson>): string[] {
  return [
    `program  ${program}`,
    ...accounts.map(({ address, signer, writable }) =>
      ['account ', address, ...(signer ? ['signer'] : []), ...(writable ? ['writable'] : [])].join(' '),
    ),
    `data     ${data}`,
  ];
}
