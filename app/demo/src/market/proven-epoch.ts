import { type ProvenUsage, provenUsage } from '@commonwire/sdk/market';
import { fetchNetwork } from '@commonwire/sdk/network';
import type { OracleClient } from '@commonwire/sdk/oracle';
import type { Connection, PublicKey } from '@solana/web3.js';

/** What the network's current epoch proves of orders and offers. */
export interface ProvenEpoch {
  epoch: bigint;
  /** Chain time of its cut, unix seconds. */
  cutTime: bigint;
  /** By account. */
  usage: ReadonlyMap<string, ProvenUsage>;
}

/**
 * Asks an oracle what these accounts have used, and proves each answer by the usage root on chain.
 * @returns undefined if no epoch is promoted behind `after`, or the oracle doesn't answer or shows another one than the chain
 */
export async function proveEpoch(
  connection: Connection,
  { network, oracle, accounts }: { network: PublicKey; oracle: OracleClient; accounts: readonly PublicKey[] },
  after: bigint,
): Promise<ProvenEpoch | undefined> {
  const { epoch, cutTime, usageRoot } = (await fetchNetwork(connection, network)).current;
  if (epoch <= after) return undefined;
  const usage = new Map<string, ProvenUsage>();
  for (const account of accounts) {
    const answer = await oracle.order(account.toBase58()).catch(() => undefined);
    const proven = answer && provenUsage(answer, usageRoot);
    if (!proven) return undefined;
    usage.set(account.toBase58(), proven);
  }
  return { epoch, cutTime, usage };
}
