import type { Connection, PublicKey } from '@solana/web3.js';
import { big } from '../core/anchor-values';
import {
  advanceStream,
  claimable,
  decodeIncome,
  decodeStream,
  type Income,
  type Stream,
} from '../core/streams';
import { positionAddress } from './addresses';
import { coder, dataOf, decode, STAKE_PROGRAM_ID } from './program';

/** The stakes in one realm's community token. Amounts are base units. */
export interface Pool {
  realm: PublicKey;
  governanceProgram: PublicKey;
  /** The staked token. */
  mint: PublicKey;
  tokenProgram: PublicKey;
  stakes: PublicKey;
  /** The token in which stakers are paid. */
  incomeMint: PublicKey;
  incomeTokenProgram: PublicKey;
  vault: PublicKey;
  /** Weight of all positions that aren't being unlocked. */
  totalWeight: bigint;
  staked: bigint;
  /** Counted and not claimed yet. */
  incomeLeft: bigint;
  /** Counted since the start. */
  incomeTotal: bigint;
  /** Weight that began to unlock in the cool-down `window` and in the one before: it still counts towards the quorum. */
  leaving: { window: bigint; current: bigint; previous: bigint };
  stream: Stream;
  /** Least time from unlocking to withdrawing. */
  coolDownSeconds: number;
}

/** What one owner has staked at once. */
export interface Position {
  pool: PublicKey;
  owner: PublicKey;
  id: bigint;
  /** Base units; 0n once they were withdrawn. */
  amount: bigint;
  /** 0n once it is being unlocked. */
  weight: bigint;
  /** It counts in votes that began in a later slot. */
  openedSlot: bigint;
  /** Chain time from which it can be withdrawn; 0n: it isn't being unlocked. */
  unlocksAt: bigint;
  lockSeconds: number;
  income: Income;
}

/** @throws AccountError `account-malformed` */
export function decodePool(address: PublicKey, data: Uint8Array): Pool {
  const { totalWeight, staked, incomeLeft, incomeTotal, leaving, stream, ...rest } = decode(
    'pool',
    address,
    data,
  );
  return {
    realm: rest.realm,
    governanceProgram: rest.governanceProgram,
    mint: rest.mint,
    tokenProgram: rest.tokenProgram,
    stakes: rest.stakes,
    incomeMint: rest.incomeMint,
    incomeTokenProgram: rest.incomeTokenProgram,
    vault: rest.vault,
    totalWeight: big(totalWeight),
    staked: big(staked),
    incomeLeft: big(incomeLeft),
    incomeTotal: big(incomeTotal),
    leaving: {
      window: big(leaving.window),
      current: big(leaving.current),
      previous: big(leaving.previous),
    },
    stream: decodeStream(stream),
    coolDownSeconds: rest.coolDownSeconds,
  };
}

/** @throws AccountError `account-malformed` */
export function decodePosition(address: PublicKey, data: Uint8Array): Position {
  const { pool, owner, id, amount, weight, openedSlot, unlocksAt, lockSeconds, income } = decode(
    'position',
    address,
    data,
  );
  return {
    pool,
    owner,
    id: big(id),
    amount: big(amount),
    weight: big(weight),
    openedSlot: big(openedSlot),
    unlocksAt: big(unlocksAt),
    lockSeconds,
    income: decodeIncome(income),
  };
}

/** @throws AccountError `account-missing`, `account-foreign`, `account-malformed` */
export async function fetchPool(connection: Connection, address: PublicKey): Promise<Pool> {
  return decodePool(address, dataOf(address, await connection.getAccountInfo(address), 'pool'));
}

/** @throws AccountError `account-missing`, `account-foreign`, `account-malformed` */
export async function fetchPosition(
  connection: Connection,
  at: { pool: PublicKey; owner: PublicKey; id: bigint },
): Promise<Position> {
  const address = positionAddress(at);
  return decodePosition(address, dataOf(address, await connection.getAccountInfo(address), 'position'));
}

/** Base units of income that a position can claim at `now`, unix seconds; what wasn't counted yet isn't in it. */
export const earnedBy = (pool: Pool, { income, weight }: Position, now: bigint): bigint =>
  claimable(advanceStream(pool.stream, now, pool.totalWeight), income, weight);

/** The most that could vote at `now`, unix seconds: all weight, and what has left in this window of the cool-down or the last. */
export function votingWeight({ totalWeight, leaving, coolDownSeconds }: Pool, now: bigint): bigint {
  const { window, current, previous } = leaving;
  const passed = now / BigInt(Math.max(coolDownSeconds, 1)) - window;
  if (passed <= 0n) return totalWeight + current + previous;
  return passed === 1n ? totalWeight + current : totalWeight;
}

/** A pool's realm and governance program come before its mint. */
const MINT_AT = coder.accounts.accountDiscriminator('pool').length + 64;

/** Finds the pools of all realms in which a token is staked. The node must search a program's accounts. */
export async function findPools(
  connection: Connection,
  mint: PublicKey,
): Promise<(Pool & { address: PublicKey })[]> {
  const found = await connection.getProgramAccounts(STAKE_PROGRAM_ID, {
    filters: [
      { memcmp: coder.accounts.memcmp('pool') },
      { memcmp: { offset: MINT_AT, bytes: mint.toBase58() } },
    ],
  });
  return found.map(({ pubkey, account }) => ({ address: pubkey, ...decodePool(pubkey, account.data) }));
}

/** A position begins with its pool and its owner. */
const POOL_AT = coder.accounts.accountDiscriminator('position').length;

/** Fetches an owner's positions in a pool, by their ids. The node must search a program's accounts. */
export async function fetchPositions(
  connection: Connection,
  { pool, owner }: { pool: PublicKey; owner: PublicKey },
): Promise<(Position & { address: PublicKey })[]> {
  const found = await connection.getProgramAccounts(STAKE_PROGRAM_ID, {
    filters: [
      { memcmp: coder.accounts.memcmp('position') },
      { memcmp: { offset: POOL_AT, bytes: pool.toBase58() } },
      { memcmp: { offset: POOL_AT + 32, bytes: owner.toBase58() } },
    ],
  });
  return found
    .map(({ pubkey, account }) => ({ address: pubkey, ...decodePosition(pubkey, account.data) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
