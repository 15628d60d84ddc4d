import { type AssetSituation, assetEffects } from '@commonwire/sdk/assets';
import type { Signing } from '@commonwire/sdk/node';
import type { Connection, TransactionInstruction } from '@solana/web3.js';
import type { Watched } from '../balances';
import { type Carrying, carryOut } from '../carry-out';
import type { DaoOf } from '../dao/propose';
import { type SubmissionValues, submit } from '../dao/submit';
import type { NextStep } from '../refused';
import { packed } from '../sending';

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
export interface Execution extends Carrying {
  connection: Connection;
  signing: Signing;
  /** The present state. */
  situation: AssetSituation;
  /** Shown first in JSON. */
  about: { asset: string; action: string } & object;
  /** Proposed to this DAO instead of being done. */
  proposal?: { dao: DaoOf; values: SubmissionValues } | undefined;
  nextStep: NextStep;
}

/** Sends a plan's transactions, or prints or simulates them, and shows the effects. @throws CommonwireError */
export async function execute(plan: Plan, execution: Execution): Promise<void> {
  const { connection, signing, about, json, dryRun, nextStep, write } = execution;
  const { steps, done } = plan;
  const effects = steps.flatMap(({ instructions, ...of }) =>
    instructions.flatMap((one) => assetEffects(one, { ...execution.situation, ...of })),
  );
  if (execution.proposal && steps.length > 0) {
    const { dao, values } = execution.proposal;
    const instructions = steps.flatMap((step) => step.instructions);
    await submit(connection, dao, { instructions, effects, facts: about, values, write });
    return;
  }
  const groups = steps.map((step) => step.instructions);
  const transactions = await packed(connection, signing.payer, groups, signing.prints && !dryRun);
  await carryOut({
    ...{ connection, signing, about, json, dryRun, nextStep, write },
    ...{ transactions, effects, done, watched: plan.watched, next: plan.next ?? [] },
  });
}
