import { type BorshCoder, type Idl, type IdlAccounts, Program } from '@coral-xyz/anchor';
import {
  type AccountInfo,
  type AccountMeta,
  Connection,
  PublicKey,
  TransactionInstruction,
} from '@solana/web3.js';
import { describeAccount, nounOf, registerAccounts } from './account-kinds';
import { Buffer } from './buffer';
import { buffer, concat, equal, u32 } from './bytes';
import { CommonwireError } from './errors';
import { registerErrors } from './program-errors';

/** An account that is missing or not of the expected kind. */
export class AccountError extends CommonwireError {
  declare readonly code: 'account-missing' | 'account-foreign' | 'account-malformed';
}

type InstructionOf<I extends Idl> = I['instructions'][number];
type Named<I extends Idl, N extends string> = Extract<InstructionOf<I>, { name: N }>;
type WithFixedAddress = { address: string };

/** Accounts that the caller of an instruction must name: those of the IDL that have no fixed address. */
export type AccountsOf<I extends Idl, N extends string> = {
  [A in Exclude<Named<I, N>['accounts'][number], WithFixedAddress> as A['name']]: PublicKey;
};

/** An instruction as the IDL reads it. */
export interface ReadInstruction {
  /** In camel case. */
  readonly name: string;
  /** As Anchor's coder has them. */
  readonly args: Record<string, unknown>;
  /** Names of its accounts in the IDL. */
  readonly accounts: readonly string[];
  account(name: string): PublicKey;
  /** Accounts beyond those that the IDL names. */
  readonly further: readonly AccountMeta[];
}

/** A program as its IDL describes it. Names are camel case, as in the generated type. */
export interface ProgramDefinition<I extends Idl> {
  /** As the IDL names it, such as `network`. */
  readonly name: string;
  readonly address: PublicKey;
  /** Encodes and decodes instructions, accounts and events. */
  readonly coder: BorshCoder;
  /** Anchor's own client of the program, for those who prefer `program.methods`. */
  client(connection: Connection): Program<I>;
  /** Builds an instruction with its accounts in the IDL's order and roles. */
  instruction<N extends InstructionOf<I>['name']>(
    name: N,
    args: Record<string, unknown>,
    accounts: AccountsOf<I, N>,
  ): TransactionInstruction;
  /**
   * Reads an instruction of this program. Undefined for any other, and wherever the IDL doesn't describe it to the byte: other
   * arguments, bytes behind them, too few accounts, or another account in the place of one that is fixed.
   */
  read(instruction: TransactionInstruction): ReadInstruction | undefined;
  /** Decodes an account's fields with Anchor's coder. @throws AccountError `account-malformed` */
  decode<N extends keyof IdlAccounts<I> & string>(
    name: N,
    address: PublicKey,
    data: Uint8Array,
  ): IdlAccounts<I>[N];
  /** Returns the data of an account that this program owns. @throws AccountError `account-missing`, `account-foreign` */
  dataOf(address: PublicKey, info: AccountInfo<Buffer> | null, name: string): Buffer;
}

interface IdlAccount {
  name: string;
  address?: string;
  writable?: boolean;
  signer?: boolean;
}

/**
 * Makes instruction builder, account decoders and error table of a program from its IDL. From then on
 * {@link TransactionFailed} names this program's errors.
 *
 * @example
 * export const { instruction, decode } = defineProgram<Network>(idl);
 */
export function defineProgram<I extends Idl>(idl: { address: string }): ProgramDefinition<I> {
  const client = (connection: Connection) => new Program<I>(idl as unknown as I, { connection });
  // Nothing is sent through this connection.
  const program = client(new Connection('http://127.0.0.1'));
  const address = new PublicKey(idl.address);
  const coder = program.coder as BorshCoder;
  const { name } = program.idl.metadata;
  const accountsByInstruction = new Map(
    program.idl.instructions.map((instruction) => [
      instruction.name,
      instruction.accounts as readonly IdlAccount[],
    ]),
  );
  const leastSizes = new Map<string, number>();
  const leastSize = (account: string): number => {
    const size = leastSizes.get(account) ?? coder.accounts.size(account);
    leastSizes.set(account, size);
    return size;
  };
  provideBuffer();
  registerErrors(address.toBase58(), name, (idl as unknown as Idl).errors ?? []);
  const discriminators = (program.idl.accounts ?? []).map(
    (account) => [account.name, coder.accounts.accountDiscriminator(account.name)] as const,
  );
  const kindOf = (data: Uint8Array) =>
    discriminators.find(([, bytes]) => equal(data.subarray(0, bytes.length), Uint8Array.from(bytes)))?.[0];
  registerAccounts(address.toBase58(), kindOf);
  return {
    name,
    address,
    coder,
    client,
    instruction(instruction, args, accounts) {
      const given = accounts as Record<string, PublicKey>;
      const keys = accountsByInstruction.get(instruction)!.map((account) => ({
        pubkey: account.address ? new PublicKey(account.address) : given[account.name]!,
        isWritable: account.writable ?? false,
        isSigner: account.signer ?? false,
      }));
      const data = coder.instruction.encode(instruction, args);
      return new TransactionInstruction({ programId: address, keys, data });
    },
    read({ programId, keys, data }) {
      if (!programId.equals(address)) return undefined;
      const decoded = exactly(coder, data);
      const accounts = decoded && accountsByInstruction.get(decoded.name);
      if (!accounts || keys.length < accounts.length) return undefined;
      const isOther = (account: IdlAccount, at: number) =>
        account.address !== undefined && keys[at]!.pubkey.toBase58() !== account.address;
      if (accounts.some(isOther)) return undefined;
      return {
        name: decoded.name,
        args: decoded.data,
        accounts: accounts.map((account) => account.name),
        account: (name) => keys[accounts.findIndex((account) => account.name === name)]!.pubkey,
        further: keys.slice(accounts.length),
      };
    },
    decode(account, at, data) {
      // Anchor's coder would read a number that is cut off as a smaller one.
      const kind = kindOf(data);
      if (kind !== undefined && kind !== account)
        throw otherAccount('account-malformed', account, at, { owner: address, data });
      if (data.length < leastSize(account)) throw malformedAccount(account, at);
      try {
        return coder.accounts.decode(account, buffer(data));
      } catch (cause) {
        throw malformedAccount(account, at, cause);
      }
    },
    dataOf(at, info, account) {
      if (!info) throw new AccountError('account-missing', `there is no ${account} at ${at} on this cluster`);
      if (info.owner.equals(address)) return info.data;
      throw otherAccount('account-foreign', account, at, info);
    },
  };
}

/** The error for an account that is another one than the named, with what it is. */
export const otherAccount = (
  code: AccountError['code'],
  name: string,
  address: PublicKey,
  info: { owner: PublicKey; data: Uint8Array; executable?: boolean },
): AccountError =>
  new AccountError(
    code,
    `${address} is ${describeAccount({ executable: false, ...info })}, not ${nounOf(name)}: check the address`,
  );

/** The error for data that doesn't decode as the named account. */
export const malformedAccount = (name: string, address: PublicKey, cause?: unknown): AccountError =>
  new AccountError('account-malformed', `account ${address} does not hold a ${name}`, { cause });

/** Decodes an instruction's name and arguments; undefined where they don't encode to the same bytes again. */
function exactly(
  coder: BorshCoder,
  data: Buffer,
): { name: string; data: Record<string, unknown> } | undefined {
  try {
    const decoded = coder.instruction.decode(buffer(data));
    if (!decoded) return undefined;
    const args = decoded.data as Record<string, unknown>;
    // Anchor's coder takes up to 1,000 bytes of arguments: those that can be longer are last, after their length.
    const [last, value] = Object.entries(args).at(-1) ?? [];
    const isLong = last !== undefined && value instanceof Uint8Array;
    const encoded = coder.instruction.encode(
      decoded.name,
      isLong ? { ...args, [last]: buffer(new Uint8Array()) } : args,
    );
    const whole = isLong
      ? concat(encoded.subarray(0, -LENGTH_BYTES), u32(value.length), value)
      : Uint8Array.from(encoded);
    return equal(whole, Uint8Array.from(data)) ? { name: decoded.name, data: args } : undefined;
  } catch {
    // What is cut off, or isn't one of an enum's variants.
    return undefined;
  }
}

const LENGTH_BYTES = 4;

/** Provides the global `Buffer` that Anchor's coder uses and browsers lack. */
function provideBuffer(): void {
  (globalThis as { Buffer?: typeof Buffer }).Buffer ??= Buffer;
}
