import type { NetworkInfo, OwnerInfo } from '@commonwire/sdk/oracle';
import { address, type Instruction } from '@solana/kit';
import { t } from '../text';
import type { Chain } from '../transact/chain';
import { compiled, fits } from '../transact/compiled';
import {
  amountOf,
  MOST_UNITS,
  type Plan,
  type PlannedTransaction,
  Refused,
  refusal,
  unitsFor,
} from '../transact/plan';
import type { Connected } from '../transact/wallets';
import { createTokenAccount, type Rewards, settleRun, tokenAccount } from './settling';

const TOKEN_PROGRAMS: readonly string[] = [
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
];
/** Most settlements in one transaction: each is a call of the token program, of which a transaction makes 64. */
const MOST_RUNS = 16;
/** Another epoch may be promoted between an oracle's answer and the simulation: then it is asked again. */
const ATTEMPTS = 4;
const PAUSE_MS = 1_000;

/** One transaction of a collection, simulated. */
interface Paying extends PlannedTransaction {
  /** Base units that the owner gets by it, as the simulation has it. */
  pays: bigint;
}

/** All that it takes to pay an owner what is due, before anything is signed. */
export interface CollectionPlan extends Plan {
  transactions: readonly Paying[];
  /** Base units. */
  pays: bigint;
  /** Lamports that stay in the owner's token account, if it is to be made. */
  rent: bigint;
}

/** Plans and simulates. Null if nothing is due. @throws Error that says why it can't be collected */
export async function planCollection(given: {
  chain: Chain;
  network: NetworkInfo;
  wallet: Connected;
  readOwner: () => Promise<OwnerInfo>;
}): Promise<CollectionPlan | null> {
  const { chain, network, wallet, readOwner } = given;
  const [mint] = await chain.accounts([network.mint]);
  const tokenProgram = mint?.owner ?? '';
  if (!TOKEN_PROGRAMS.includes(tokenProgram)) throw new Error(t('collect.otherChain'));
  const rewards: Rewards = {
    program: address(network.program),
    network: address(network.network),
    mint: address(network.mint),
    tokenProgram: address(tokenProgram),
  };
  for (let attempt = 1; ; attempt++) {
    const owner = await readOwner();
    if (owner.settlements.length === 0) return null;
    try {
      return await planFor(chain, rewards, wallet, owner);
    } catch (error) {
      if (!(error instanceof Refused) || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

async function planFor(
  chain: Chain,
  rewards: Rewards,
  wallet: Connected,
  owner: OwnerInfo,
): Promise<CollectionPlan> {
  const payer = address(wallet.address);
  const version = wallet.takesV1 ? 1 : 0;
  const [account] = await tokenAccount(address(owner.owner), rewards);
  const [before] = await chain.accounts([account]);
  const lifetime = await chain.blockhash();
  const first = before ? [] : [await createTokenAccount(payer, address(owner.owner), rewards)];
  const runs = await Promise.all(owner.settlements.map((run) => settleRun(run, rewards)));
  const limits = { version, lifetime, units: MOST_UNITS } as const;
  const transactions: Paying[] = [];
  let fee = 0n;
  let bytes = 0;
  for (const instructions of packed(first, runs, (some) =>
    fits(compiled(payer, some, limits).wire, version),
  )) {
    const { wire, message } = compiled(payer, instructions, limits);
    const { err, logs, units, accounts } = await chain.simulate(wire, [account]);
    if (err !== null) throw refusal(err, logs);
    bytes = accounts[0]?.data.length ?? bytes;
    const pays = amountOf(accounts[0]) - amountOf(before);
    transactions.push({ instructions, units: unitsFor(units), pays });
    fee += await chain.fee(message);
  }
  return {
    payer,
    version,
    transactions,
    pays: transactions.reduce((sum, { pays }) => sum + pays, 0n),
    fee,
    rent: before ? 0n : await chain.rent(bytes),
  };
}

/** Divides runs among as few transactions as they fit in their order. Each makes the token account if it is missing. */
function packed(
  first: readonly Instruction[],
  runs: readonly Instruction[],
  fitsOne: (instructions: readonly Instruction[]) => boolean,
): Instruction[][] {
  const batches: Instruction[][] = [];
  for (const run of runs) {
    const last = batches.at(-1);
    const joins = last && last.length < MOST_RUNS && fitsOne([...last, run]);
    if (joins) last.push(run);
    else batches.push([...first, run]);
  }
  return batches;
}
