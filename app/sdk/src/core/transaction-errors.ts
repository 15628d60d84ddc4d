import type { TransactionError, VersionedTransaction } from '@solana/web3.js';
import { CommonwireError } from './errors';
import { registerForeignErrors } from './foreign-errors';
import { findProgramError } from './program-errors';
import { reasonOf } from './rpc-errors';
import { describeReason, instructionError } from './runtime-errors';
import { namedExtension } from './token-extensions';

registerForeignErrors();

/**
 * A transaction that the chain refused. `code` is the program's own name for the reason in kebab-case where it is one of
 * Commonwire's (such as `epoch-not-over`), else `transaction-failed`; `number` is the on-chain code and `reason` the name
 * that any known program has for it, such as `InsufficientFunds`; `extension` what of a token is in the way, with the code
 * `unsupported-extension`.
 */
export class TransactionFailed extends CommonwireError {
  readonly number: number | null;
  readonly reason: string | null;
  readonly extension: string | null;
  readonly logs: readonly string[];

  /** @param options `transaction` tells which program was called, for nodes that keep no logs */
  constructor(
    reason: TransactionError | string,
    logs: readonly string[],
    { transaction, ...options }: ErrorOptions & { transaction?: VersionedTransaction } = {},
  ) {
    const number = customCode(reason);
    const called = transaction && calledProgram(reason, transaction);
    const known = findProgramError(number, logs, called);
    const extension = known?.isOwn && known.name === 'UnsupportedExtension' ? namedExtension(logs) : null;
    super(
      known?.isOwn ? kebab(known.name) : 'transaction-failed',
      known
        ? `the ${known.program} program refused: ${known.message} (${known.name}, ${number})${extension ? `: ${extension}` : ''}`
        : `the chain refused: ${describeReason(reason, called)}`,
      options,
    );
    this.number = number;
    this.reason = known?.name ?? null;
    this.extension = extension;
    this.logs = logs;
  }
}

/** A transaction that no longer can land and didn't: build it anew with a fresh blockhash. */
export class TransactionExpired extends CommonwireError {
  declare readonly code: 'transaction-expired';

  /** @param complaint what the node said when it was to send it */
  constructor(
    readonly signature: string,
    complaint?: Error,
  ) {
    const said = complaint ? ` (the node said: ${reasonOf(complaint)})` : '';
    super(
      'transaction-expired',
      `transaction ${signature} did not land in time and never can${said}: nothing happened; try again, on a busy cluster with a higher --priority-fee`,
      { cause: complaint },
    );
  }
}

/** A transaction that may have landed or may still land: look it up before it is sent again. */
export class TransactionUnknown extends CommonwireError {
  declare readonly code: 'transaction-unknown';

  constructor(
    readonly signature: string,
    node: string,
    options?: ErrorOptions,
  ) {
    super(
      'transaction-unknown',
      `transaction ${signature} may have landed: RPC node ${node} does not say; look it up with another node or an explorer (solana confirm ${signature}) before you do this again`,
      options,
    );
  }
}

/** The program that the failed instruction of a transaction called. */
function calledProgram(
  reason: TransactionError | string,
  { message }: VersionedTransaction,
): string | undefined {
  const failed = instructionError(reason);
  const said = typeof reason === 'string' ? /Processing Instruction (\d+)/i.exec(reason)?.[1] : undefined;
  const index = failed?.index ?? (said === undefined ? undefined : Number(said));
  const instruction = index === undefined ? undefined : message.compiledInstructions[index];
  return instruction && message.staticAccountKeys[instruction.programIdIndex]?.toBase58();
}

/** The number in `{"InstructionError":[i,{"Custom":n}]}` or in a preflight's "custom program error: 0x1770". */
function customCode(reason: TransactionError | string): number | null {
  const text = typeof reason === 'string' ? reason : (JSON.stringify(reason) ?? '');
  const hex = /custom program error: 0x([0-9a-f]+)/i.exec(text)?.[1];
  const decimal = /"Custom":(\d+)/.exec(text)?.[1];
  if (hex) return Number.parseInt(hex, 16);
  return decimal ? Number(decimal) : null;
}

const kebab = (name: string): string => name.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
