import { ACCOUNT_SIZE, AccountLayout, AccountState, MINT_SIZE, MintLayout } from '@solana/spl-token';
import { type AccountInfo, type Connection, type PublicKey, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import {
  type Asset,
  claimableOf,
  fetchAsset,
  fetchPermit,
  fetchStake,
  type Permit,
  type Stake,
} from './accounts';
import { sharesOf, tokensOf } from './instructions';

/** The state of an asset on chain. By stream: the payment token, and the reward token if there is one. */
export interface AssetFacts {
  asset: Asset;
  /** Chain time, unix seconds. */
  now: bigint;
  /** Shares that exist. */
  supply: bigint;
  /** Decimals of each stream's token. */
  decimals: readonly number[];
  /** Base units in each stream's vault. */
  vaults: readonly bigint[];
  /** Base units in escrow. */
  escrow: bigint;
}

/** A token account of a wallet. */
export interface Holding {
  address: PublicKey;
  exists: boolean;
  amount: bigint;
  frozen: boolean;
}

/** What one wallet has of an asset, and of the tokens that it shares out. */
export interface Holdings {
  wallet: PublicKey;
  shares: Holding;
  stake: Stake | null;
  /** Null: the wallet has none, or shares need none. */
  permit: Permit | null;
  /** By stream. */
  tokens: readonly Holding[];
  /** Base units that can be claimed now, by stream. */
  claimable: readonly bigint[];
}

const mintOf = (info: AccountInfo<Buffer> | null) => MintLayout.decode(info!.data.subarray(0, MINT_SIZE));

const streamsOf = ({ revenue }: Asset) => revenue.flatMap((one) => (one ? [one] : []));

/** @throws AccountError if there is no asset at this address */
export async function readAssetFacts(connection: Connection, address: PublicKey): Promise<AssetFacts> {
  const asset = await fetchAsset(connection, address);
  const streams = streamsOf(asset);
  const [clock, shareMint, escrow, ...rest] = await connection.getMultipleAccountsInfo([
    SYSVAR_CLOCK_PUBKEY,
    asset.shareMint,
    asset.escrow,
    ...streams.map(({ mint }) => mint),
    ...streams.map(({ vault }) => vault),
  ]);
  return {
    asset,
    // The clock ends with slot, epoch start, epoch, leader schedule epoch and then the time, eight bytes each.
    now: clock!.data.readBigInt64LE(32),
    supply: mintOf(shareMint!).supply,
    decimals: streams.map((_, at) => mintOf(rest[at]!).decimals),
    vaults: streams.map(({ vault }, at) => holdingIn(vault, rest[streams.length + at]!).amount),
    escrow: holdingIn(asset.escrow, escrow!).amount,
  };
}

/** Reads what a wallet has of an asset. */
export async function readHoldings(
  connection: Connection,
  { asset, now }: AssetFacts,
  wallet: PublicKey,
): Promise<Holdings> {
  const { address, compliance } = asset;
  const accounts = [sharesOf(asset, wallet), ...streamsOf(asset).map((stream) => tokensOf(stream, wallet))];
  const [found, stake, permit] = await Promise.all([
    connection.getMultipleAccountsInfo(accounts),
    fetchStake(connection, { asset: address, owner: wallet }),
    compliance ? fetchPermit(connection, { compliance, wallet }) : null,
  ]);
  const [shares, ...tokens] = accounts.map((account, at) => holdingIn(account, found[at]!));
  const claimable = stake ? claimableOf(asset, stake, now) : accounts.slice(1).map(() => 0n);
  return { wallet, shares: shares!, stake, permit, tokens, claimable };
}

/** What a token account's data says. */
export function holdingIn(address: PublicKey, info: AccountInfo<Buffer> | null): Holding {
  if (!info || info.data.length < ACCOUNT_SIZE) return { address, exists: false, amount: 0n, frozen: false };
  const { amount, state } = AccountLayout.decode(info.data.subarray(0, ACCOUNT_SIZE));
  return { address, exists: true, amount, frozen: state === AccountState.Frozen };
}

/** Whether a permit counts at this chain time. */
export const isPermitted = (permit: Permit | null, now: bigint): boolean =>
  !!permit && now < permit.expiresAt;

/** Shares of a stake, whether they earn or not. */
export const stakedShares = (stake: Stake | null): bigint => (stake ? stake.earning + stake.idle : 0n);
