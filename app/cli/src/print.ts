import { type PrintedTransaction, printedLines, type Signing } from '@commonwire/sdk/node';
import type { Connection, TransactionInstruction } from '@solana/web3.js';

/** What a command prints in place of sending it. */
interface Printout {
  signing: Signing;
  connection: Connection;
  /** The instructions of each transaction, in the order in which they must land. */
  transactions: readonly (readonly TransactionInstruction[])[];
  /** One line for each thing that they do. */
  effects: readonly string[];
  json: boolean;
  /** Beside them in JSON. */
  facts?: object;
  write: (line: string) => void;
}

/** Prints the unsigned transactions that a command would send. @returns the exit status */
export async function printTransactions(printout: Printout): Promise<number> {
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
