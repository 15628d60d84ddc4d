import { acceptedVersion, tokens, transactionBytes } from '@commonwire/sdk/core';
import type { Signing } from '@commonwire/sdk/node';
import { fetchGovernance, governanceAddress, propose, treasuryAddress } from '@commonwire/sdk/realm';
import { fetchPool, type Pool } from '@commonwire/sdk/stake';
import { type Connection, Keypair, type PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { CliError } from '../errors';
import { fetchHoldings, voting } from '../staking/holdings';
import { joining } from './actions';

/** The DAO of a pool's stakers. */
export interface DaoOf {
  address: PublicKey;
  pool: Pool;
  governance: PublicKey;
  /** The account that its proposals act as. */
  treasury: PublicKey;
}

/** @throws AccountError */
export async function fetchDaoOf(connection: Connection, address: PublicKey): Promise<DaoOf> {
  const pool = await fetchPool(connection, address);
  const governance = governanceAddress({ realm: pool.realm });
  return { address, pool, governance, treasury: treasuryAddress(governance) };
}

/**
 * The transactions that make a proposal of one action and open it for votes: one, if it fits, else three.
 * @throws CliError `not-a-member` for a signer without enough weight
 */
export async function proposing(
  connection: Connection,
  signing: Signing,
  { address, pool, governance }: DaoOf,
  about: { name: string; link: string; action: TransactionInstruction },
): Promise<{ proposal: PublicKey; transactions: TransactionInstruction[][] }> {
  const { signer: owner, payer } = signing;
  const [holdings, { rules }] = await Promise.all([
    fetchHoldings(connection, address, owner),
    fetchGovernance(connection, governance),
  ]);
  const weight = holdings.positions.reduce((sum, position) => sum + position.weight, 0n);
  if (weight < rules.proposalWeight)
    throw new CliError(
      'not-a-member',
      `${owner} has a weight of ${tokens(weight, holdings.decimals)}, and proposals need ${tokens(rules.proposalWeight, holdings.decimals)}: stake more with commonwire stake open --pool ${address}`,
    );
  const { realm, mint } = pool;
  const { proposal, instructions } = await propose({
    realm,
    governance,
    mint,
    owner,
    positions: voting(holdings),
    payer,
    seed: Keypair.generate().publicKey,
    name: about.name,
    link: about.link,
    actions: [about.action],
    holdUpSeconds: rules.holdUpSeconds,
  });
  const first = await joining(connection, { realm, mint, pool: address }, owner, payer);
  const whole = [...first, ...instructions];
  const version = await acceptedVersion(connection);
  if (transactionBytes(payer, whole, { version }) !== null) return { proposal, transactions: [whole] };
  // Weight counts in its slot alone, so it is weighed in the transaction that creates the proposal.
  const [weighing, creating, ...rest] = instructions;
  return {
    proposal,
    transactions: [...(first.length > 0 ? [first] : []), [weighing!, creating!], rest],
  };
}
