import { formatSol } from '@commonwire/sdk/core';
import { networkAddress, networkProgram, registryAddress, vaultAddress } from '@commonwire/sdk/network';
import { ACCOUNT_SIZE } from '@solana/spl-token';
import type { Connection, PublicKey } from '@solana/web3.js';
import { bondsOf } from './committee-bonds';
import { type Cost, type Spending, totalOf } from './costs';
import { CreateNetworkError } from './create-network-error';
import { existing, hasCommittee, requireSame } from './existing-network';
import { LAMPORTS_PER_SIGNATURE } from './loader/funds';
import { authorityOf, type FirstNetworkOptions } from './network-options';
import { type RewardToken, rewardToken } from './reward-token';

/** What is left to do for a network, and what it costs. */
export interface NetworkPlan extends Spending {
  readonly network: PublicKey;
  /** Such as `committee`; none if all is done. */
  readonly steps: readonly string[];
}

/** Signatures of the transaction that creates a network (payer and mint), and of one that sets a committee. */
const SIGNATURES = { create: 2, committee: 2, deposit: 1 };

/**
 * Looks at what is on chain and calculates what `createFirstNetwork` is going to do. Sends nothing.
 * @throws CreateNetworkError as createFirstNetwork does
 */
export async function planNetwork(options: FirstNetworkOptions & { id: bigint }): Promise<NetworkPlan> {
  const { connection, payer, config, id } = options;
  const authority = authorityOf(options);
  const network = networkAddress({ creator: payer.publicKey, id });
  const account = await existing(connection, network);
  if (account) requireSame(account, config, authority.address);
  const steps: string[] = [];
  const costs: Cost[] = [];
  let signatures = 0;
  if (!account) {
    const who = { payer: payer.publicKey, network, authority: authority.address };
    const token = await rewardToken(connection, config.token, who);
    if (token.instructions.length > 0) steps.push('token');
    steps.push('vault', 'network', 'registry');
    costs.push(...(await networkCosts(connection, network, token)));
    signatures += SIGNATURES.create;
  }
  if (!account || !hasCommittee(account, config)) {
    const deposits = await missingBonds(options, account?.address);
    if (deposits.length > 0) steps.push('bonds');
    costs.push(...deposits);
    signatures += deposits.length * SIGNATURES.deposit;
    if (authority.signer) {
      steps.push('committee');
      signatures += SIGNATURES.committee;
    }
  }
  if (signatures > 0)
    costs.push({ what: `fees for ${signatures} signatures`, lamports: signatures * LAMPORTS_PER_SIGNATURE });
  const balance = await connection.getBalance(payer.publicKey, 'confirmed');
  return { network, steps, costs, returned: 0, balance };
}

/** Checks that the payer can pay for a plan. @throws CreateNetworkError `insufficient-funds` */
export function requireFunds(plan: NetworkPlan, payer: PublicKey): void {
  const needed = totalOf(plan);
  if (plan.balance >= needed) return;
  throw new CreateNetworkError(
    'insufficient-funds',
    `${payer} has ${formatSol(plan.balance)} SOL and needs ${formatSol(needed)} SOL: ${formatSol(needed - plan.balance)} SOL are missing`,
  );
}

/** The rent of a network's accounts, less what is at their addresses already. */
async function networkCosts(connection: Connection, network: PublicKey, token: RewardToken): Promise<Cost[]> {
  const { mint, tokenProgram } = token;
  const { accounts } = networkProgram.coder;
  const vault = vaultAddress({ network, mint, tokenProgram });
  const sizes: [what: string, address: PublicKey, bytes: number][] = [
    ['vault', vault, ACCOUNT_SIZE],
    ['network', network, accounts.size('network')],
    ['registry', registryAddress(network), accounts.size('registry')],
  ];
  const costs: Cost[] = token.rent > 0 ? [{ what: 'mint', lamports: token.rent }] : [];
  for (const [what, address, bytes] of sizes) {
    const rent = await connection.getMinimumBalanceForRentExemption(bytes);
    const lamports = Math.max(0, rent - (await connection.getBalance(address, 'confirmed')));
    costs.push({ what, bytes, lamports });
  }
  return costs;
}

/** The bonds that the payer has to deposit; none if it isn't to. */
async function missingBonds(
  options: FirstNetworkOptions & { id: bigint },
  network: PublicKey | undefined,
): Promise<Cost[]> {
  const { connection, config, depositBonds = false } = options;
  const { oracleBond } = config.policy;
  if (!depositBonds || oracleBond === 0n) return [];
  const found = network ? await bondsOf(options, { address: network, least: oracleBond }) : [];
  const bytes = networkProgram.coder.accounts.size('bond');
  const rent = await connection.getMinimumBalanceForRentExemption(bytes);
  return config.committee.keys
    .filter((_, i) => found[i] === undefined)
    .map((key) => ({ what: `bond of ${key}`, bytes, lamports: rent + Number(oracleBond) }));
}
