import { utils } from '@coral-xyz/anchor';
import { GovernanceAccountType } from '@realms-today/spl-governance';
import type { Connection, PublicKey } from '@solana/web3.js';
import { decodeProposal, type ProposalSummary } from './accounts';
import { GOVERNANCE_PROGRAM_ID } from './program';

/** First bytes of the accounts of a kind, in the present version. */
const GOVERNANCES = [
  GovernanceAccountType.GovernanceV2,
  GovernanceAccountType.ProgramGovernanceV2,
  GovernanceAccountType.MintGovernanceV2,
  GovernanceAccountType.TokenGovernanceV2,
];
/** Each account of SPL Governance begins with its type; a governance goes on with its realm, a proposal with its governance. */
const PARENT_AT = 1;

async function search(connection: Connection, type: GovernanceAccountType, parent: PublicKey) {
  const first = utils.bytes.bs58.encode(Uint8Array.of(type));
  return connection.getProgramAccounts(GOVERNANCE_PROGRAM_ID, {
    filters: [
      { memcmp: { offset: 0, bytes: first } },
      { memcmp: { offset: PARENT_AT, bytes: parent.toBase58() } },
    ],
  });
}

/** Addresses of all governances of a realm. The node must search a program's accounts. */
export async function findGovernances(connection: Connection, realm: PublicKey): Promise<PublicKey[]> {
  const found = await Promise.all(GOVERNANCES.map((type) => search(connection, type, realm)));
  return found.flat().map(({ pubkey }) => pubkey);
}

/** All proposals of a governance, in no order. The node must search a program's accounts. */
export async function findProposals(
  connection: Connection,
  governance: PublicKey,
): Promise<ProposalSummary[]> {
  const found = await search(connection, GovernanceAccountType.ProposalV2, governance);
  return found.map(({ pubkey, account }) => decodeProposal(pubkey, account));
}
