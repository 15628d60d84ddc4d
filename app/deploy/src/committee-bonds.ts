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

interface BondOptions {
  connection: Connection;
  payer: Keypair;
  config: NetworkConfig;
}

/** Returns the bond of each committee member that has a sufficient one, in order. */
export async function bondsOf(
  { connection, payer, config }: BondOptions,
  { address: network, least }: { address: PublicKey; least: bigint },
): Promise<readonly (PublicKey | undefined)[]> {
  const oracles = config.committee.keys.map((key) => key.toBytes());
  const likely = [payer.publicKey, ...(config.authority ? [config.authority] : [])];
  const { bonds } = await findBonds(connection, { network, oracles, likely });
  return sufficientBonds(bonds, oracles, least);
}

/**
 * Returns a bond for each committee member, in order, or none if the policy requires none. Deposits missing bonds if
 * `depositBonds` is set.
 * @throws CreateNetworkError `bonds-missing`, TransactionFailed, TransactionExpired
 */
export async function bondsFor(
  options: BondOptions & { depositBonds?: boolean; price?: PriorityFee | undefined },
  { address: network, policy, id }: NetworkAccount,
): Promise<{ bonds: PublicKey[]; signatures: string[] }> {
  const { connection, payer, config, depositBonds = false, price } = options;
  const least = policy.oracleBond;
  if (least === 0n) return { bonds: [], signatures: [] };
  const keys = config.committee.keys.map((key) => key.toBytes());
  const found = await bondsOf(options, { address: network, least });
  const missing = config.committee.keys.filter((_, i) => found[i] === undefined);
  if (missing.length > 0 && !depositBonds) {
    throw new CreateNetworkError(
      'bonds-missing',
      `policy.oracle_bond: each oracle needs a bond of ${formatSol(least)} SOL; ${missing.join(', ')} have none. ` +
        `Run again with --deposit-bonds (--id ${id}) to deposit them from ${payer.publicKey}, or first run ` +
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
