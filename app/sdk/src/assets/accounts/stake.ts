import type { Connection, PublicKey } from '@solana/web3.js';
import { big } from '../../core/anchor-values';
import { advanceStream, claimable, decodeIncome, type Income } from '../../core/streams';
import { stakeAddress } from '../addresses';
import { assetsProgram, coder, decode } from '../program';
import type { Asset } from './asset';

/** The shares that one owner has staked in one asset. */
export interface Stake {
  address: PublicKey;
  asset: PublicKey;
  owner: PublicKey;
  /** Paid the rent, and gets it back. */
  payer: PublicKey;
  /** Shares that earn. */
  earning: bigint;
  /** Shares that don't: staked without a valid permit, or in the stake when it was found invalid. */
  idle: bigint;
  /** Shares that were staked before announcement `seen` and still are. */
  eligible: bigint;
  seen: number;
  /** Number of the last announcement that it objected to; 0: none. */
  objected: number;
  /** By stream. */
  incomes: readonly Income[];
}

/** @throws AccountError `account-malformed` */
export function decodeStake(address: PublicKey, data: Uint8Array): Stake {
  const { asset, owner, payer, seen, objected, ...raw } = decode('stake', address, data);
  return {
    address,
    asset,
    owner,
    payer,
    earning: big(raw.earning),
    idle: big(raw.idle),
    eligible: big(raw.eligible),
    seen,
    objected,
    incomes: raw.incomes.map(decodeIncome),
  };
}

/** Fetches an owner's stake; null if there is none. @throws AccountError */
export async function fetchStake(
  connection: Connection,
  at: { asset: PublicKey; owner: PublicKey },
): Promise<Stake | null> {
  const address = stakeAddress(at);
  const info = await connection.getAccountInfo(address);
  return info?.owner.equals(assetsProgram.address) ? decodeStake(address, info.data) : null;
}

/** Where a stake names its asset, and its owner after that. */
const ASSET_AT = coder.accounts.accountDiscriminator('stake').length;

/** Fetches all stakes in an asset, or of an owner in all assets. */
export async function fetchStakes(
  connection: Connection,
  by: { asset: PublicKey } | { owner: PublicKey },
): Promise<Stake[]> {
  const [offset, key] = 'asset' in by ? [ASSET_AT, by.asset] : [ASSET_AT + 32, by.owner];
  const found = await connection.getProgramAccounts(assetsProgram.address, {
    filters: [{ memcmp: coder.accounts.memcmp('stake') }, { memcmp: { offset, bytes: key.toBase58() } }],
  });
  return found.map(({ pubkey, account }) => decodeStake(pubkey, account.data));
}

/** Base units of each stream that a stake's owner can claim at `now`, unix seconds. */
export const claimableOf = (asset: Asset, stake: Stake, now: bigint): bigint[] =>
  asset.revenue.map((revenue, at) => {
    if (!revenue) return 0n;
    return claimable(advanceStream(revenue.stream, now, asset.staked), stake.incomes[at]!, stake.earning);
  });
