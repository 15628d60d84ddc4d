import { MINT_SIZE, MintLayout } from '@solana/spl-token';
import { type AccountInfo, type Connection, type PublicKey, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import { type Holding, holdingIn } from '../assets';
import { tokenAccountAddress } from '../core/addresses';
import { decodePosition, fetchPool, type Pool, type Position } from './accounts';
import { positionAddress } from './addresses';
import { STAKE_PROGRAM_ID } from './program';

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
export interface PoolHoldings extends PoolFacts {
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

/** What an owner has staked in a pool, of these positions: see `fetchPositions`, or `probePositions`. */
export async function fetchPoolHoldings(
  connection: Connection,
  facts: PoolFacts,
  owner: PublicKey,
  positions: PoolHoldings['positions'],
): Promise<PoolHoldings> {
  const { mint, tokenProgram, incomeMint, incomeTokenProgram } = facts.pool;
  const accounts = [
    tokenAccountAddress({ owner, mint, tokenProgram }),
    tokenAccountAddress({ owner, mint: incomeMint, tokenProgram: incomeTokenProgram }),
  ] as const;
  const [wallet, income] = await connection.getMultipleAccountsInfo([...accounts]);
  return {
    ...{ ...facts, owner, positions },
    wallet: holdingIn(accounts[0], wallet ?? null),
    income: holdingIn(accounts[1], income ?? null),
  };
}

/** Most accounts that a node returns at once, which are ids that are looked at. */
const PROBED_IDS = 100;

/** Fetches an owner's positions with ids below 100, which those have that got the least free one, without a search. */
export async function probePositions(
  connection: Connection,
  { pool, owner }: { pool: PublicKey; owner: PublicKey },
): Promise<(Position & { address: PublicKey })[]> {
  const addresses = Array.from({ length: PROBED_IDS }, (_, id) =>
    positionAddress({ pool, owner, id: BigInt(id) }),
  );
  const found = await connection.getMultipleAccountsInfo(addresses);
  return addresses.flatMap((address, at) => {
    const info = found[at];
    return info?.owner.equals(STAKE_PROGRAM_ID) ? [{ address, ...decodePosition(address, info.data) }] : [];
  });
}

/** The least id that is free for a new position. */
export function freeId(positions: readonly Pick<Position, 'id'>[]): bigint {
  const taken = new Set(positions.map(({ id }) => id));
  let id = 0n;
  while (taken.has(id)) id++;
  return id;
}
