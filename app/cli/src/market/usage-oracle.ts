/** What an oracle says of an order or offer. */
import { toHex } from '@commonwire/sdk/core';
import { type MarketFacts, type ProvenUsage, provenUsage } from '@commonwire/sdk/market';
import { OracleClient } from '@commonwire/sdk/oracle';
import type { PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';
import { requirePromoted } from './usage-file';

/**
 * Asks an oracle what an account has used, and proves it by the chain's usage root.
 * @throws OracleRequestError CliError `not-promoted`, `usage-differs`
 */
export async function askUsage(url: string, account: PublicKey, facts: MarketFacts): Promise<ProvenUsage> {
  const { epoch, usageRoot } = requirePromoted(facts);
  const oracle = new OracleClient(url);
  const proven = provenUsage(await oracle.order(account.toBase58()), usageRoot);
  if (proven) return proven;
  throw new CliError(
    'usage-differs',
    `what ${oracle.url} says of ${account} does not lead to the usage root ${toHex(usageRoot)} of the current epoch ${epoch} of network ${facts.network.address}: try again if an epoch was just promoted, or ask another oracle`,
  );
}
