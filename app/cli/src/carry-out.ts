import { count } from '@commonwire/sdk/core';
import type { Signing } from '@commonwire/sdk/node';
import type { Connection, TransactionInstruction } from '@solana/web3.js';
import {
  type Change,
  changeLines,
  changesJson,
  readBalances,
  simulateChanges,
  solOf,
  type Watched,
} from './balances';
import { printTransactions } from './print';
import { telling } from './progress';
import { explained, type NextStep } from './refused';
import { sendAll } from './sending';

/** Options of every command that {@link carryOut} ends. */
export interface Carrying {
  json: boolean;
  dryRun: boolean;
  write: (line: string) => void;
}

/** What a command does on chain, and how that is told. */
export interface Undertaking extends Carrying {
  connection: Connection;
  signing: Signing;
  /** Shown first in JSON. */
  about: object;
  /** The instructions of each transaction, in the order in which they land; none: nothing is to do, because of `done`. */
  transactions: readonly (readonly TransactionInstruction[])[];
  /** One line for each thing that they do. */
  effects: readonly string[];
  done?: string | undefined;
  /** Balances to show before and after; that of the payer's SOL is always shown. */
  watched: readonly Watched[];
  /** What can be done next. */
  next?: readonly string[];
  nextStep: NextStep;
  /** The state after it and what can be done then, read once everything has landed. */
  after?: () => Promise<{ state: string; next: readonly string[] }>;
}

/** Sends transactions, or prints or simulates them, and shows the effects. @throws CommonwireError */
export async function carryOut(undertaking: Undertaking): Promise<void> {
  const { connection, signing, about, transactions, effects, done, json, dryRun, write } = undertaking;
  const { nextStep } = undertaking;
  if (transactions.length === 0) {
    write(json ? JSON.stringify({ ...about, nothing_to_do: done }) : `nothing to do: ${done}`);
    return;
  }
  const { signer, payer } = signing;
  if (signing.prints && !dryRun) {
    await printTransactions({ signing, connection, transactions, effects, json, write, facts: about });
    return;
  }
  const watched = [...undertaking.watched, solOf('SOL of the payer', payer)];
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
    signatures = await sendAll(transactions, { connection, signing, nextStep });
    const after = await readBalances(connection, watched);
    changes = watched.map((one, at) => ({ watched: one, before: before[at]!, after: after[at]! }));
  }
  const { state, next = undertaking.next ?? [] } = (dryRun ? undefined : await undertaking.after?.()) ?? {};
  if (json) {
    const balances = changesJson(changes);
    const told = { ...about, signer, dry_run: dryRun, effects, state, balances, signatures, next };
    write(JSON.stringify(told));
    return;
  }
  if (dryRun) write(`dry run: nothing was sent; ${count(transactions.length, 'transaction')} would do this`);
  for (const line of [...effects, ...changeLines(changes)]) write(line);
  if (state !== undefined) write(`state      ${state}`);
  for (const signature of signatures) write(`transaction ${signature}`);
  for (const line of next) write(line);
}
