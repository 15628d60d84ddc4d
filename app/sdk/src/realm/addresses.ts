import type { PublicKey } from '@solana/web3.js';
import { programAddress } from '../core/addresses';
import { ascii } from '../core/bytes';
import { GOVERNANCE_PROGRAM_ID } from './program';

const derive = (...seeds: Uint8Array[]): PublicKey => programAddress(GOVERNANCE_PROGRAM_ID, ...seeds);

/** Address of the realm of this name; a name is taken once on a cluster. */
export const realmAddress = (name: string): PublicKey =>
  derive(ascii('governance'), new TextEncoder().encode(name));

/** Address of the account that says by which programs a realm's votes are weighed. */
export const realmConfigAddress = (realm: PublicKey): PublicKey =>
  derive(ascii('realm-config'), realm.toBytes());

/** Address of a realm's governance; `seed` is any address, the realm's own for its first. */
export const governanceAddress = ({
  realm,
  seed = realm,
}: {
  realm: PublicKey;
  seed?: PublicKey;
}): PublicKey => derive(ascii('account-governance'), realm.toBytes(), seed.toBytes());

/**
 * Address of a governance's native treasury: the wallet that its proposals act as. It is the authority of networks, the
 * upgrade authority of programs, and holds the DAO's money.
 */
export const treasuryAddress = (governance: PublicKey): PublicKey =>
  derive(ascii('native-treasury'), governance.toBytes());

/** Address of a member's record in a realm. */
export const memberAddress = (at: { realm: PublicKey; mint: PublicKey; owner: PublicKey }): PublicKey =>
  derive(ascii('governance'), at.realm.toBytes(), at.mint.toBytes(), at.owner.toBytes());

/** Address of a proposal; `seed` is any address that its proposer chose. */
export const proposalAddress = (at: { governance: PublicKey; mint: PublicKey; seed: PublicKey }): PublicKey =>
  derive(ascii('governance'), at.governance.toBytes(), at.mint.toBytes(), at.seed.toBytes());

/** Address of the vote that a member has cast on a proposal. */
export const voteAddress = ({ proposal, member }: { proposal: PublicKey; member: PublicKey }): PublicKey =>
  derive(ascii('governance'), proposal.toBytes(), member.toBytes());
