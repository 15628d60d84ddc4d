import { type AssetSituation, assetEffects } from '@commonwire/sdk/assets';
import type { TransactionInstruction } from '@solana/web3.js';
import { act, type Deed } from '../acting';
import type { Watched } from '../balances';

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
export interface Execution extends Omit<Deed, 'groups' | 'effects' | 'done' | 'watched' | 'next'> {
  /** The present state. */
  situation: AssetSituation;
}

/** Sends a plan's transactions, or prints, simulates or proposes them, and shows the effects. @throws CommonwireError */
export async function execute(plan: Plan, { situation, ...execution }: Execution): Promise<void> {
  const { steps, ...told } = plan;
  const effects = steps.flatMap(({ instructions, ...of }) =>
    instructions.flatMap((one) => assetEffects(one, { ...situation, ...of })),
  );
  await act({ ...execution, ...told, groups: steps.map(({ instructions }) => instructions), effects });
}
