import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID, type TransactionFailed } from '@commonwire/sdk/core';
import { SystemProgram } from '@solana/web3.js';

/** An account that must sign didn't. */
export const MISSING_SIGNATURE = 'missing required signature for instruction';
/** Where the program's account should be is none, or too small a one. */
export const NO_ACCOUNT = 'account data too small for instruction';
/** An optional account is named and isn't there. */
export const NOT_INITIALIZED = 'instruction requires an initialized account';
/** An account isn't at the address that its seeds lead to. */
export const WRONG_ADDRESS = 'Provided seeds do not result in a valid address';
/** An account belongs to another program, or is of another type. */
export const WRONG_OWNER = 'Provided owner is not allowed';
/** An account holds what can't be read as its type. */
export const BAD_DATA = 'invalid account data for instruction';
/** A sysvar or an argument is another than it must be. */
export const BAD_ARGUMENT = 'invalid program argument';
/** A program is another than it must be, or runs at another address than the one that it was built for. */
export const WRONG_PROGRAM = 'incorrect program id for instruction';
/** A program that is called isn't among the accounts. */
export const MISSING_ACCOUNT = 'An account required by the instruction is missing';
/** The framework's `ConstraintMut`: an account must be writable. */
export const NOT_WRITABLE = 'program error 2000';
/** The framework's `ConstraintExecutable`: an account must be a program. */
export const NOT_EXECUTABLE = 'program error 2007';
/** The framework's `ConstraintDuplicateMutableAccount`: one account was given as two. */
export const SAME_ACCOUNT_TWICE = 'program error 2040';
/** An account is to be made where one is. */
export const ACCOUNT_IN_USE = 'system program error 0';
/** A wallet has fewer lamports than it should pay. */
export const TOO_FEW_LAMPORTS = 'system program error 1';
/** An Ed25519 instruction holds a signature that isn't one of its message. */
export const BAD_SIGNATURE = 'program error 2';
/** A token account has fewer tokens than it should pay. */
export const TOO_FEW_TOKENS = 'token program error 1';
/** Two token accounts are of different mints. */
export const MINT_MISMATCH = 'token program error 3';
/** A token account belongs to another than who signs. */
export const OWNER_MISMATCH = 'token program error 4';
/** The owner of a Token-2022 account can't be changed. */
export const IMMUTABLE_OWNER = 'token-2022 program error 34';
/** A Token-2022 account takes no transfer without a memo. */
export const NO_MEMO = 'token-2022 program error 36';
/** The node refused a transaction that one of its signers didn't sign; nodes word it differently. */
export const UNSIGNED_TRANSACTION = /signature verification/;

/** Programs whose numbers mean something else than another's. */
const NAMES = new Map([
  [SystemProgram.programId.toBase58(), 'system '],
  [TOKEN_PROGRAM_ID.toBase58(), 'token '],
  [TOKEN_2022_PROGRAM_ID.toBase58(), 'token-2022 '],
]);

/**
 * Why a transaction was refused: the program's own code where it has one, such as `epoch-not-over`, else the runtime's
 * words, or the number that the innermost program failed with.
 */
export function refusalOf({ code, message, number: said, logs }: TransactionFailed): string {
  if (code !== 'transaction-failed') return code;
  const failure = logs
    .map((line) => /^Program (\w+) failed: (.*)$/.exec(line))
    .find((match) => match !== null);
  // A precompile fails without a line in the logs.
  if (!failure && said !== null) return `program error ${said}`;
  const words =
    failure?.[2] ??
    message
      .split(/: (?:Error processing Instruction \d+: )?/)
      .slice(1)
      .join(': ');
  const number = /custom program error: 0x([0-9a-f]+)$/.exec(words)?.[1];
  if (!number) return words.replace(/^Transaction simulation failed: /, '');
  return `${NAMES.get(failure?.[1] ?? '') ?? ''}program error ${Number.parseInt(number, 16)}`;
}
