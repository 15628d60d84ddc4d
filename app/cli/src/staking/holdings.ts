import { fetchPool, fetchPositions, type Pool, type Position } from '@commonwire/sdk/stake';
import { getMint } from '@solana/spl-token';
import { type Connection, type PublicKey, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';

/** A pool, and what one owner has staked in it. */
export interface Holdings {
  address: PublicKey;
  pool: Pool;
  /** Of the staked token and of income. */
  decimals: number;
  incomeDecimals: number;
  positions: readonly (Position & { address: PublicKey })[];
  /** Chain time, unix seconds. */
  now: bigint;
}

/** @throws AccountError for an address that isn't a pool's */
export async function fetchHoldings(
  connection: Connection,
  address: PublicKey,
  owner: PublicKey,
): Promise<Holdings> {
  const pool = await fetchPool(connection, address);
  const [mint, income, positions, clock] = await Promise.all([
    getMint(connection, pool.mint, undefined, pool.tokenProgram),
    getMint(connection, pool.incomeMint, undefined, pool.incomeTokenProgram),
    fetchPositions(connection, { pool: address, owner }),
    connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY),
  ]);
  return {
    address,
    pool,
    decimals: mint.decimals,
    incomeDecimals: income.decimals,
    positions,
    now: clock?.data.readBigInt64LE(32) ?? 0n,
  };
}

/** Positions that vote: those that aren't being unlocked. */
export const voting = ({ positions }: Pick<Holdings, 'positions'>): PublicKey[] =>
  positions.filter(({ unlocksAt }) => unlocksAt === 0n).map(({ address }) => address);
