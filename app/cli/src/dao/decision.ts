import {
  type Dao,
  fetchGovernance,
  fetchProposal,
  fetchRealm,
  type GovernanceState,
  type ProposalAccount,
  type RealmAccount,
} from '@commonwire/sdk/realm';
import { poolAddress } from '@commonwire/sdk/stake';
import type { Connection, PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';

/** A proposal with all that decides it. */
export interface Decision extends GovernanceState {
  proposal: ProposalAccount;
  of: RealmAccount;
  /** As the SDK's instructions take it. */
  dao: Dao;
  pool: PublicKey;
}

/** @throws AccountError */
export async function fetchDecision(connection: Connection, address: PublicKey): Promise<Decision> {
  const proposal = await fetchProposal(connection, address);
  const governance = await fetchGovernance(connection, proposal.governance);
  const { realm } = governance;
  const of = await fetchRealm(connection, realm);
  const dao = { realm, governance: proposal.governance, mint: of.mint };
  return { ...governance, proposal, of, dao, pool: poolAddress(dao) };
}

/** Requires a proposal to be in one of these states. @throws CliError `wrong-state` with the next step */
export function requireState(
  { proposal: { address, state } }: Decision,
  states: readonly ProposalAccount['state'][],
): void {
  if (states.includes(state)) return;
  throw new CliError(
    'wrong-state',
    `proposal ${address} is ${state.toLowerCase()}, not ${states.join(' or ').toLowerCase()}; see commonwire dao show`,
  );
}
