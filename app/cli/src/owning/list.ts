import {
  type Asset,
  assetsProgram,
  decodeAsset,
  decodeStake,
  fetchAsset,
  fetchAssets,
  holdingIn,
  percent,
  raised,
  sharesOf,
  stakeAddress,
  stakedShares,
  wholeShares,
} from '@commonwire/sdk/assets';
import { printable, time, tokens } from '@commonwire/sdk/core';
import { address, clusterUrl, flag, parseOptions } from '@commonwire/sdk/node';
import { MINT_SIZE, MintLayout } from '@solana/spl-token';
import type { AccountInfo, Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import type { Action } from '../governing/action';
import { telling } from '../progress';
import { searching } from '../search';
import { table } from '../table';

const options = z.object({
  url: clusterUrl,
  asset: z.array(address).default([]),
  creator: address.optional(),
  wallet: address.optional(),
  json: flag,
});

/** An asset as it is listed. */
interface Row {
  asset: Asset;
  decimals: number;
  /** Shares of the wallet that was asked for, staked ones included. */
  held: bigint | null;
}

/** Lists assets: all, those of a creator, those that a wallet has shares of, or named ones. */
export const listAction: Action = {
  name: 'list',
  usage: '[--creator ADDRESS] [--wallet ADDRESS] [--asset ADDRESS ...]',
  summary:
    "lists assets: all, those of one creator, those in a wallet, or the named ones where the node doesn't search",
  options,
  async run(command, argv, write) {
    const { url, asset: named, creator, wallet, json } = parseOptions(command, argv, options);
    const connection = await connect(url);
    const read = async () => {
      const assets =
        named.length > 0 ? await fetchNamed(connection, named) : await search(connection, creator);
      return rowsOf(connection, assets, wallet);
    };
    const rows = await telling(() => 'reading assets', read);
    if (json) write(JSON.stringify({ assets: rows.map(rowJson) }));
    else for (const line of tableOf(rows)) write(line);
  },
};

async function fetchNamed(connection: Connection, named: readonly PublicKey[]): Promise<Asset[]> {
  const found = await fetchAll(connection, named);
  return Promise.all(
    found.map((info, at) =>
      info?.owner.equals(assetsProgram.address)
        ? decodeAsset(named[at]!, info.data)
        : // Says what is there in its place.
          fetchAsset(connection, named[at]!),
    ),
  );
}

const search = (connection: Connection, creator: PublicKey | undefined): Promise<Asset[]> =>
  searching(connection, 'assets', 'name them with --asset ADDRESS, or use another node', () =>
    fetchAssets(connection, creator),
  );

async function rowsOf(
  connection: Connection,
  assets: readonly Asset[],
  wallet: PublicKey | undefined,
): Promise<Row[]> {
  const mints = await fetchAll(
    connection,
    assets.map(({ revenue }) => revenue[0].mint),
  );
  const shares = wallet
    ? await fetchAll(
        connection,
        assets.map((asset) => sharesOf(asset, wallet)),
      )
    : [];
  const stakeOf = (asset: Asset) => stakeAddress({ asset: asset.address, owner: wallet! });
  const stakes = wallet ? await fetchAll(connection, assets.map(stakeOf)) : [];
  const rows = assets.map((asset, at): Row => {
    const { decimals } = MintLayout.decode(mints[at]!.data.subarray(0, MINT_SIZE));
    if (!wallet) return { asset, decimals, held: null };
    const info = stakes[at];
    const stake = info?.owner.equals(assetsProgram.address) ? decodeStake(stakeOf(asset), info.data) : null;
    const account = sharesOf(asset, wallet);
    return { asset, decimals, held: holdingIn(account, shares[at] ?? null).amount + stakedShares(stake) };
  });
  const listed = rows.filter(({ held }) => held !== 0n);
  return listed.sort((a, b) => Number(a.asset.terms.deadline - b.asset.terms.deadline));
}

/** Most accounts that a node returns at once. */
const MOST_ACCOUNTS = 100;

async function fetchAll(
  connection: Connection,
  addresses: readonly PublicKey[],
): Promise<(AccountInfo<Buffer> | null)[]> {
  const found: (AccountInfo<Buffer> | null)[] = [];
  for (let at = 0; at < addresses.length; at += MOST_ACCOUNTS)
    found.push(...(await connection.getMultipleAccountsInfo(addresses.slice(at, at + MOST_ACCOUNTS))));
  return found;
}

function tableOf(rows: readonly Row[]): string[] {
  if (rows.length === 0) return ['no assets'];
  const hasWallet = rows[0]!.held !== null;
  const head = [
    'asset',
    'name',
    'state',
    'raised',
    'least',
    'funding ends',
    ...(hasWallet ? ['in the wallet'] : []),
  ];
  const cells = rows.map(({ asset, decimals, held }) => [
    asset.address.toBase58(),
    printable(asset.metadata.name),
    asset.state,
    `${tokens(raised(asset), decimals)} (${percent(asset.sold, asset.terms.minShares)})`,
    tokens(asset.terms.minShares * asset.terms.price, decimals),
    time(asset.terms.deadline),
    ...(held === null ? [] : [wholeShares(held)]),
  ]);
  return table(head, cells);
}

const rowJson = ({ asset, decimals, held }: Row) => ({
  asset: asset.address.toBase58(),
  name: asset.metadata.name,
  state: asset.state,
  creator: asset.creator.toBase58(),
  payment_mint: asset.revenue[0].mint.toBase58(),
  decimals,
  price: `${asset.terms.price}`,
  sold: `${asset.sold}`,
  min_shares: `${asset.terms.minShares}`,
  max_shares: `${asset.terms.maxShares}`,
  deadline: Number(asset.terms.deadline),
  ...(held === null ? {} : { held: `${held}` }),
});
