import { type AssetSituation, assetEffects } from '@commonwire/sdk/assets';
import { count } from '@commonwire/sdk/core';
import type { Signing } from '@commonwire/sdk/node';
import type { Connection, TransactionInstruction } from '@solana/web3.js';
import type { DaoOf } from '../dao/propose';
import { type SubmissionValues, submit } from '../dao/submit';
import { printTransactions } from '../print';
import { telling } from '../progress';
import { explained } from '../refused';
import { packed, sendAll } from '../sending';
import {
  type Change,
  changeLines,
  changesJson,
  readBalances,
  simulateChanges,
  type Watched,
} from './balances';

/**
 * Instructions that belong into one transaction, and what else than the asset's state the words about them need, see
 * `assetEffects`. A plan's steps don't depend on each other.
 */
export interface Step extends Pick<AssetSituation, 'holdings' | 'permitted'> {
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
  /** The present state. */
  situation: AssetSituation;
  /** Shown first in JSON. */
  about: { asset: string; action: string } & object;
  json: boolean;
  dryRun: boolean;
  /** Proposed to this DAO instead of being done. */
  proposal?: { dao: DaoOf; values: SubmissionValues } | undefined;
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
  const effects = steps.flatMap(({ instructions, ...of }) =>
    instructions.flatMap((one) => assetEffects(one, { ...execution.situation, ...of })),
  );
  if (execution.proposal) {
    const { dao, values } = execution.proposal;
    const instructions = steps.flatMap((step) => step.instructions);
    await submit(connection, dao, { instructions, effects, facts: about, values, write });
    return;
  }
  const { signer, payer } = signing;
  const isPrinted = signing.prints && !dryRun;
  const groups = steps.map((step) => step.instructions);
  const transactions = await packed(connection, payer, groups, isPrinted);
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
    signatures = await sendAll(transactions, { connection, signing, nextStep });
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
