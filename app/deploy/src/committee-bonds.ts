import { formatSol, type PriorityFee, sendAndConfirm } from '@commonwire/sdk/core';
import {
  bondAddress,
  depositBond,
  findBonds,
  type NetworkAccount,
  sufficientBonds,
} from '@commonwire/sdk/network';
import type { Connection, Keypair, PublicKey } from '@solana/web3.js';
import { CreateNetworkError } from './create-network-error';
import type { NetworkConfig } from './network-config';

/** Deposits that fit in one transaction. */
const BATCH = 6;

/**
 * Returns a bond for each committee member, in order, or none if the policy requires none. Deposits missing bonds if
 * `depositBonds` is set.
 * @throws CreateNetworkError `bonds-missing`, TransactionFailed, TransactionExpired
 */
export async function bondsFor(
  options: {
    connection: Connection;
    payer: Keypair;
    config: NetworkConfig;
    depositBonds?: boolean;
    price?: PriorityFee | undefined;
  },
  { address: network, policy, id }: NetworkAccount,
): Promise<{ bonds: PublicKey[]; signatures: string[] }> {
  const { connection, payer, config, depositBonds = false, price } = options;
  const least = policy.oracleBond;
  if (least === 0n) return { bonds: [], signatures: [] };
  const keys = config.committee.keys.map((key) => key.toBytes());
  const likely = [payer.publicKey, ...(config.authority ? [config.authority] : [])];
  const { bonds: there } = await findBonds(connection, { network, oracles: keys, likely });
  const found = sufficientBonds(there, keys, least);
  const missing = config.committee.keys.filter((_, i) => found[i] === undefined);
  if (missing.length > 0 && !depositBonds) {
    throw new CreateNetworkError(
      'bonds-missing',
      `policy.oracle_bond: each oracle needs a bond of ${formatSol(least)} SOL; ${missing.join(', ')} have none. ` +
        `Run again with --id ${id} --deposit-bonds to deposit them from ${payer.publicKey}, or first run ` +
        `commonwire bond deposit --network ${network} --oracle KEY --lamports ${least} for each`,
    );
  }
  const depositor = payer.publicKey;
  const deposits = missing.map((key) =>
    depositBond({ network, oracle: key.toBytes(), depositor, lamports: least }),
  );
  const signatures: string[] = [];
  for (let at = 0; at < deposits.length; at += BATCH)
    signatures.push(await sendAndConfirm(connection, payer, deposits.slice(at, at + BATCH), { price }));
  const bonds = keys.map((oracle, i) => found[i] ?? bondAddress({ network, oracle, depositor }));
  return { bonds, signatures };
}
