import {
  acceptedVersion,
  CommonwireError,
  MAX_TRANSACTION_ACCOUNTS,
  transactionBytes,
} from '@commonwire/sdk/core';
import type { Signing } from '@commonwire/sdk/node';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { telling } from './progress';
import { explained, type NextStep } from './refused';

/** How a command's transactions are sent. */
interface Sending {
  connection: Connection;
  signing: Signing;
  nextStep?: NextStep;
}

/** Sends transactions in their order, each once the one before has landed. @returns their signatures @throws CommonwireError */
export async function sendAll(
  transactions: readonly (readonly TransactionInstruction[])[],
  { connection, signing, nextStep = () => undefined }: Sending,
): Promise<string[]> {
  const total = transactions.length;
  const signatures: string[] = [];
  for (const [at, instructions] of transactions.entries()) {
    let state = 'is being prepared';
    const onSent = (signature: string) => {
      state = `is sent: ${signature}`;
    };
    const send = () => signing.send(connection, instructions, { onSent });
    const sent = telling(() => `transaction ${at + 1} of ${total} ${state}`, send);
    try {
      signatures.push(await explained(sent, nextStep));
    } catch (error) {
      if (at === 0 || !(error instanceof CommonwireError)) throw error;
      const said = `${at} of ${total} transactions landed before: run the command again, and it does what is left`;
      throw new CommonwireError(error.code, `${error.message}. ${said}`, { cause: error });
    }
  }
  return signatures;
}

/** As few transactions as groups of instructions fit, which stay together and in order. */
export async function packed(
  connection: Connection,
  payer: PublicKey,
  groups: readonly (readonly TransactionInstruction[])[],
  isPrinted: boolean,
): Promise<TransactionInstruction[][]> {
  if (groups.length === 0) return [];
  // Wallets and multisigs know version 0 best.
  const version = isPrinted ? 0 : await acceptedVersion(connection);
  const fits = (instructions: readonly TransactionInstruction[]) =>
    addressesOf(payer, instructions) <= MAX_TRANSACTION_ACCOUNTS &&
    transactionBytes(payer, instructions, { version }) !== null;
  const transactions: TransactionInstruction[][] = [];
  for (const group of groups) {
    const last = transactions.at(-1);
    if (last && last.length + group.length <= MOST_INSTRUCTIONS && fits([...last, ...group]))
      last.push(...group);
    else transactions.push([...group]);
  }
  return transactions;
}

/** What a transaction's 1,400,000 compute units are enough for, at 200,000 each. */
const MOST_INSTRUCTIONS = 7;

const addressesOf = (payer: PublicKey, instructions: readonly TransactionInstruction[]): number =>
  new Set(
    [
      payer,
      ...instructions.flatMap(({ keys, programId }) => [programId, ...keys.map(({ pubkey }) => pubkey)]),
    ].map(String),
  ).size;
