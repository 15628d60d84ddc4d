import { fetchPoolFacts, fetchPoolHoldings, fetchPositions, type PoolHoldings } from '@commonwire/sdk/stake';
import type { Connection, PublicKey } from '@solana/web3.js';
import { searching } from '../search';

/** A pool, and what one owner has staked in it. @throws AccountError for an address that isn't a pool's; CliError `search-refused` */
export async function fetchHoldings(
  connection: Connection,
  address: PublicKey,
  owner: PublicKey,
): Promise<PoolHoldings> {
  const facts = await fetchPoolFacts(connection, address);
  const positions = await searching(connection, 'positions', 'use another node', () =>
    fetchPositions(connection, { pool: address, owner }),
  );
  return fetchPoolHoldings(connection, facts, owner, positions);
}

/** Positions that vote: those that aren't being unlocked. */
export const voting = ({ positions }: Pick<PoolHoldings, 'positions'>): PublicKey[] =>
  positions.filter(({ unlocksAt }) => unlocksAt === 0n).map(({ address }) => address);
