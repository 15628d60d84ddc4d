import {
  acceptedVersion,
  CommonwireError,
  count,
  MAX_TRANSACTION_ACCOUNTS,
  transactionBytes,
} from '@commonwire/sdk/core';
import type { Signing } from '@commonwire/sdk/node';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { printTransactions } from '../print';
import { explained } from '../refused';
import {
  type Change,
  changeLines,
  changesJson,
  readBalances,
  simulateChanges,
  type Watched,
} from './balances';
import { telling } from './progress';

/** Instructions that belong into one transaction. A plan's steps don't depend on each other. */
export interface Step {
  /** One line for each effect. */
  effects: readonly string[];
  instructions: readonly TransactionInstruction[];
}

/** What is left to do for a command. What was done before, also by one that was interrupted, isn't in it. */
export interface Plan {
  steps: readonly Step[];
  /** Why there are no steps. */
  done?: string;
  /** Balances to show before and after. */
  watched: readonly Watched[];
  /** What can be done next. */
  next?: readonly string[];
}

/** How a plan is carried out. */
export interface Execution {
  connection: Connection;
  signing: Signing;
  /** Shown first in JSON. */
  about: object;
  json: boolean;
  dryRun: boolean;
  /** The next step after a refusal. */
  nextStep: (code: string) => string;
  write: (line: string) => void;
}

/** Sends a plan's transactions, or prints or simulates them, and shows the effects. @throws CommonwireError */
export async function execute(plan: Plan, execution: Execution): Promise<void> {
  const { connection, signing, about, json, dryRun, nextStep, write } = execution;
  const { steps, done, next = [] } = plan;
  if (steps.length === 0) {
    write(json ? JSON.stringify({ ...about, nothing_to_do: done }) : `nothing to do: ${done}`);
    return;
  }
  const effects = steps.flatMap((step) => step.effects);
  const { signer, payer } = signing;
  const isPrinted = signing.prints && !dryRun;
  const transactions = await packed(connection, payer, steps, isPrinted);
  if (isPrinted) {
    await printTransactions({ signing, connection, transactions, effects, json, write, facts: about });
    return;
  }
  const watched: Watched[] = [
    ...plan.watched,
    { what: 'SOL of the payer', account: payer, unit: 'SOL', decimals: 9 },
  ];
  let changes: Change[];
  let signatures: string[] = [];
  if (dryRun) {
    const simulation = () => simulateChanges(connection, payer, transactions, watched);
    changes = await explained(
      telling(() => 'simulating', simulation),
      nextStep,
    );
  } else {
    const before = await readBalances(connection, watched);
    signatures = await sendAll(transactions, execution);
    const after = await readBalances(connection, watched);
    changes = watched.map((one, at) => ({ watched: one, before: before[at]!, after: after[at]! }));
  }
  if (json) {
    const balances = changesJson(changes);
    write(JSON.stringify({ ...about, signer, dry_run: dryRun, effects, balances, signatures, next }));
    return;
  }
  if (dryRun) write(`dry run: nothing was sent; ${count(transactions.length, 'transaction')} would do this`);
  for (const line of [...effects, ...changeLines(changes)]) write(line);
  for (const signature of signatures) write(`transaction ${signature}`);
  for (const line of next) write(line);
}

async function sendAll(
  transactions: readonly (readonly TransactionInstruction[])[],
  { connection, signing, nextStep }: Execution,
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

/** As few transactions as the steps fit. */
async function packed(
  connection: Connection,
  payer: PublicKey,
  steps: readonly Step[],
  isPrinted: boolean,
): Promise<TransactionInstruction[][]> {
  // Wallets and multisigs know version 0 best.
  const version = isPrinted ? 0 : await acceptedVersion(connection);
  const fits = (instructions: readonly TransactionInstruction[]) =>
    addressesOf(payer, instructions) <= MAX_TRANSACTION_ACCOUNTS &&
    transactionBytes(payer, instructions, { version }) !== null;
  const transactions: TransactionInstruction[][] = [];
  for (const { instructions } of steps) {
    const last = transactions.at(-1);
    if (last && last.length + instructions.length <= MOST_INSTRUCTIONS && fits([...last, ...instructions]))
      last.push(...instructions);
    else transactions.push([...instructions]);
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
