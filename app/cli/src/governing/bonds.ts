import { equal } from '@commonwire/sdk/core';
import { findBonds, type NetworkAccount, sufficientBonds } from '@commonwire/sdk/network';
import type { Connection, PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';

/** What else may be the matter where a node doesn't search accounts. */
const HINT =
  '. Or name who deposited it with --depositor ADDRESS: this RPC node does not search the accounts of a program';

/**
 * Returns a sufficient bond for each oracle; empty if none is needed: the policy requires no bonds, or all are members whose
 * bonds are known.
 * @throws CliError `no-bond` naming the first oracle without a sufficient bond
 */
export async function requireBonds(
  connection: Connection,
  { address: network, policy, authority, creator, committee }: NetworkAccount,
  oracles: readonly PublicKey[],
  depositors: readonly PublicKey[] = [],
): Promise<PublicKey[]> {
  const least = policy.oracleBond;
  const keys = oracles.map((oracle) => oracle.toBytes());
  const isSeated = (key: Uint8Array) =>
    committee.keys.some((member, i) => equal(member, key) && committee.bonds[i]);
  if (least === 0n || keys.every(isSeated)) return [];
  const likely = [...depositors, authority, creator];
  const { bonds, isComplete } = await findBonds(connection, { network, oracles: keys, likely });
  const hint = isComplete ? '' : HINT;
  return sufficientBonds(bonds, keys, least).map((bond, i) => {
    if (bond) return bond;
    throw new CliError(
      'no-bond',
      `oracle ${oracles[i]} has no bond of ${least} lamports, which the policy requires: deposit one first with ` +
        `commonwire bond deposit --network ${network} --oracle ${oracles[i]} --lamports ${least}${hint}`,
    );
  });
}
