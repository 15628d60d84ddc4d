import { GoverningTokenType, RealmConfigAccount } from '@realms-today/spl-governance';
import type { Connection, PublicKey } from '@solana/web3.js';
import { STAKE_PROGRAM_ID } from '../stake';
import { fetch, type RealmAccount } from './accounts';
import { realmConfigAddress } from './addresses';
import { NEVER } from './rules';

/**
 * In what a realm differs from those that `createRealm` makes: in words, none if in nothing. Whoever had the realm before may
 * have let other programs weigh the votes, or members make governances with other rules.
 * @throws AccountError `account-missing`, `account-malformed`
 */
export async function realmDifferences(connection: Connection, realm: RealmAccount): Promise<string[]> {
  const { communityTokenConfig: community, councilTokenConfig: council } = await fetch<RealmConfigAccount>(
    connection,
    realmConfigAddress(realm.address),
    RealmConfigAccount,
    'configuration of the realm',
  );
  const differences: string[] = [];
  const must = (holds: boolean, difference: string) => {
    if (!holds) differences.push(difference);
  };
  const isStake = (addin: PublicKey | undefined) => addin?.equals(STAKE_PROGRAM_ID) ?? false;
  must(
    isStake(community.voterWeightAddin) && isStake(community.maxVoterWeightAddin),
    'its votes are not weighed by stakes',
  );
  must(community.tokenType === GoverningTokenType.Dormant, 'its token can be deposited in the realm');
  must(realm.governanceWeight === BigInt(NEVER.toString()), 'its members can make governances');
  if (realm.councilMint) {
    must(
      !council.voterWeightAddin && !council.maxVoterWeightAddin,
      "its council's votes are weighed by a program",
    );
    must(council.tokenType === GoverningTokenType.Membership, "its council's seats can be sold");
  }
  return differences;
}
