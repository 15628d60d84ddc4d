import { codeOf } from '@commonwire/sdk/core';
import {
  fetchPoolFacts,
  fetchPoolHoldings,
  fetchPositions,
  type PoolHoldings,
  probePositions,
} from '@commonwire/sdk/stake';
import type { Connection, PublicKey } from '@solana/web3.js';

/** The code of what a node answers but doesn't do, such as a search. */
const REFUSED = 'rpc-failed';

/** What an owner has staked, and whether the node searched for it: else positions with numbers from 100 on are missing. */
export async function readStakes(
  connection: Connection,
  address: PublicKey,
  owner: PublicKey,
): Promise<{ holdings: PoolHoldings; isWhole: boolean }> {
  const facts = await fetchPoolFacts(connection, address);
  const at = { pool: address, owner };
  let isWhole = true;
  const positions = await fetchPositions(connection, at).catch((error: unknown) => {
    if (codeOf(error, REFUSED) !== REFUSED) throw error;
    isWhole = false;
    return probePositions(connection, at);
  });
  return { holdings: await fetchPoolHoldings(connection, facts, owner, positions), isWhole };
}
