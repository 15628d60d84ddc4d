import { count } from '@commonwire/sdk/core';
import {
  flag,
  type PrintedTransaction,
  printedLines,
  Signing,
  type SigningValues,
  signingOptions,
} from '@commonwire/sdk/node';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { changeLines, changesJson, simulateChanges, solOf, type Watched } from './balances';
import { telling } from './progress';
import { explained, type NextStep } from './refused';

/** Options of every command that sends something: who signs, and whether it is only shown. */
export const sendingOptions = { ...signingOptions, 'dry-run': flag };

/** Help for `--dry-run`. */
export const DRY_RUN_USAGE =
  '  --dry-run          send nothing, simulate it and show balances before and after; --keypair may then be an address';

/** Reads who signs; neither a printout nor a dry run needs a key. @throws FileError UsageError */
export const readSigning = (given: SigningValues & { 'dry-run': boolean }, signer?: PublicKey): Signing =>
  Signing.read({ ...given, print: given.print || given['dry-run'] }, signer);

/** What a command prints in place of sending it. */
interface Printout {
  signing: Signing;
  connection: Connection;
  /** The instructions of each transaction, in the order in which they must land. */
  transactions: readonly (readonly TransactionInstruction[])[];
  /** One line for each thing that they do. */
  effects: readonly string[];
  json: boolean;
  /** Whether they are simulated rather than printed. */
  dryRun?: boolean;
  /** Balances that a simulation shows beside the payer's SOL. */
  watched?: readonly Watched[];
  nextStep?: NextStep;
  /** Beside them in JSON. */
  facts?: object;
  write: (line: string) => void;
}

/** Prints the unsigned transactions that a command would send, or simulates them. @returns the exit status */
export async function printTransactions(printout: Printout): Promise<number> {
  if (printout.dryRun) return simulateTransactions(printout);
  const { signing, connection, transactions, effects, json, facts, write } = printout;
  const printed: PrintedTransaction[] = [];
  for (const instructions of transactions) printed.push(await signing.print(connection, instructions));
  const { signer, payer } = signing;
  if (json) {
    write(JSON.stringify({ ...facts, signer, payer, effects, transactions: printed }));
    return 0;
  }
  for (const line of effects) write(line);
  write(`not sent: that happens once ${signer} has signed and it has landed`);
  write(`signer   ${signer}`);
  if (!payer.equals(signer)) write(`payer    ${payer}`);
  for (const [i, transaction] of printed.entries()) {
    if (printed.length > 1)
      write(`-- transaction ${i + 1} of ${printed.length}, after the one before has landed`);
    for (const line of printedLines(transaction)) write(line);
  }
  return 0;
}

/** Shows what transactions would do. @throws TransactionFailed, with the next step, if the chain would refuse one */
async function simulateTransactions(printout: Printout): Promise<number> {
  const { signing, connection, transactions, effects, json, facts, write } = printout;
  const { nextStep = () => undefined, watched = [] } = printout;
  const { signer, payer } = signing;
  const simulation = () =>
    simulateChanges(connection, payer, transactions, [...watched, solOf('SOL of the payer', payer)]);
  const changes = await explained(
    telling(() => 'simulating', simulation),
    nextStep,
  );
  if (json) {
    write(JSON.stringify({ ...facts, signer, dry_run: true, effects, balances: changesJson(changes) }));
    return 0;
  }
  write(`dry run: nothing was sent; ${count(transactions.length, 'transaction')} would do this`);
  for (const line of [...effects, ...changeLines(changes)]) write(line);
  return 0;
}
