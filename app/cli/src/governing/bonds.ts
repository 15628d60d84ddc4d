import { fetchBonds, type NetworkAccount, sufficientBonds } from '@commonwire/sdk/network';
import type { Connection, PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';

/**
 * Returns a sufficient bond for each oracle; empty if the policy requires no bonds.
 * @throws CliError `no-bond` naming the first oracle without a sufficient bond
 */
export async function requireBonds(
  connection: Connection,
  { address: network, policy }: NetworkAccount,
  oracles: readonly PublicKey[],
): Promise<PublicKey[]> {
  const least = policy.oracleBond;
  if (least === 0n) return [];
  const keys = oracles.map((oracle) => oracle.toBytes());
  return sufficientBonds(await fetchBonds(connection, { network }), keys, least).map((bond, i) => {
    if (bond) return bond;
    throw new CliError(
      'no-bond',
      `oracle ${oracles[i]} has no bond of ${least} lamports, which the policy requires: deposit one first with ` +
        `commonwire bond deposit --network ${network} --oracle ${oracles[i]} --lamports ${least}`,
    );
  });
}
