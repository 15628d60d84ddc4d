import { type Holding, holdingIn } from '@commonwire/sdk/assets';
import { fetchPool, fetchPositions, type Pool, type Position } from '@commonwire/sdk/stake';
import { getAssociatedTokenAddressSync, MINT_SIZE, MintLayout } from '@solana/spl-token';
import { type AccountInfo, type Connection, type PublicKey, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import { searching } from '../search';

/** A pool, and its money. */
export interface PoolFacts {
  address: PublicKey;
  pool: Pool;
  /** Of the staked token and of income. */
  decimals: number;
  incomeDecimals: number;
  /** Income that has arrived in the vault and isn't counted yet. */
  arrived: bigint;
  /** Chain time, unix seconds. */
  now: bigint;
}

/** A pool, and what one owner has staked in it. */
export interface Holdings extends PoolFacts {
  owner: PublicKey;
  positions: readonly (Position & { address: PublicKey })[];
  /** The owner's associated accounts of the staked token and of income. */
  wallet: Holding;
  income: Holding;
}

const decimalsIn = (info: AccountInfo<Buffer> | null | undefined): number =>
  MintLayout.decode(info!.data.subarray(0, MINT_SIZE)).decimals;

/** @throws AccountError for an address that isn't a pool's */
export async function fetchPoolFacts(connection: Connection, address: PublicKey): Promise<PoolFacts> {
  const pool = await fetchPool(connection, address);
  const asked = [SYSVAR_CLOCK_PUBKEY, pool.mint, pool.incomeMint, pool.vault];
  const [clock, mint, income, vault] = await connection.getMultipleAccountsInfo(asked);
  return {
    address,
    pool,
    decimals: decimalsIn(mint),
    incomeDecimals: decimalsIn(income),
    arrived: holdingIn(pool.vault, vault ?? null).amount - pool.incomeLeft,
    now: clock!.data.readBigInt64LE(32),
  };
}

/** @throws AccountError for an address that isn't a pool's; CliError `search-refused` */
export async function fetchHoldings(
  connection: Connection,
  address: PublicKey,
  owner: PublicKey,
): Promise<Holdings> {
  const facts = await fetchPoolFacts(connection, address);
  const { mint, tokenProgram, incomeMint, incomeTokenProgram } = facts.pool;
  const accounts = [
    getAssociatedTokenAddressSync(mint, owner, true, tokenProgram),
    getAssociatedTokenAddressSync(incomeMint, owner, true, incomeTokenProgram),
  ] as const;
  const [positions, [wallet, income]] = await Promise.all([
    searching(connection, 'positions', 'use another node', () =>
      fetchPositions(connection, { pool: address, owner }),
    ),
    connection.getMultipleAccountsInfo([...accounts]),
  ]);
  return {
    ...{ ...facts, owner, positions },
    wallet: holdingIn(accounts[0], wallet ?? null),
    income: holdingIn(accounts[1], income ?? null),
  };
}

/** Positions that vote: those that aren't being unlocked. */
export const voting = ({ positions }: Pick<Holdings, 'positions'>): PublicKey[] =>
  positions.filter(({ unlocksAt }) => unlocksAt === 0n).map(({ address }) => address);
