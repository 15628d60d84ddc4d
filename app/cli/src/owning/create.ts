import { type AssetConfig, AssetConfigError, parseAssetConfig, priceIn } from '@commonwire/deploy';
import {
  type Asset,
  assetAddress,
  assetsProgram,
  type CreateAsset,
  createAsset,
  decodeAsset,
  type SharedToken,
  shareMintAddress,
} from '@commonwire/sdk/assets';
import { requireRecipient, sha256, toHex } from '@commonwire/sdk/core';
import { checkRewardMint, fetchNetwork, RewardMintError } from '@commonwire/sdk/network';
import { bigWhole, flag, parseOptions, readJson } from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { actingFor, actorOf, sendingOptions } from '../acting';
import { connect } from '../connect';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { assetStep } from './next-step';
import { execute, type Plan } from './plan';

const options = z.object({
  ...sendingOptions,
  config: z.string(),
  id: bigWhole(0n, (1n << 64n) - 1n, 'a whole number below 2^64').optional(),
  'allow-any-address': flag,
});

/** Creates an asset from a configuration; run again with the same file, it finds the one that is there. */
export const createAction: Action = {
  name: 'create',
  usage: '--config FILE [--id N] [--allow-any-address]',
  summary:
    'creates an asset from FILE, like migrations/asset.example.json, and opens it to funders; once for a file and a wallet, unless --id makes another one',
  options,
  async run(command, argv, write) {
    const values = parseOptions(command, argv, options);
    const value = readJson(values.config);
    const config = parseAssetConfig(value);
    const connection = await connect(values.url);
    const acting = await actingFor(connection, values);
    const creator = actorOf(acting).signer;
    const id = values.id ?? idOf(creator, value);
    const { args, decimals } = await argumentsOf(connection, config, creator, id);
    if (!values['allow-any-address']) await requireKeyHolders(connection, args);
    const address = assetAddress(args);
    const plan = await planOf(connection, args);
    const about = {
      asset: address.toBase58(),
      action: 'create',
      id: `${id}`,
      share_mint: shareMintAddress(address).toBase58(),
    };
    const { json, 'dry-run': dryRun } = values;
    const nextStep = (code: string) => assetStep(code, null);
    const situation = { decimals };
    await execute(plan, { connection, ...acting, situation, about, json, dryRun, nextStep, write });
  },
};

/** The same for the same creator and configuration, so that a creation which was interrupted isn't done twice. */
const idOf = (creator: PublicKey, config: unknown): bigint =>
  BigInt(`0x${toHex(sha256(creator.toBytes(), Buffer.from(JSON.stringify(config))).slice(0, 8))}`);

/** Reads what the terms need of the chain. @throws AssetConfigError AccountError */
async function argumentsOf(
  connection: Connection,
  config: AssetConfig,
  creator: PublicKey,
  id: bigint,
): Promise<{ args: CreateAsset; decimals: number }> {
  const payment = await paymentToken(connection, config.paymentMint);
  const network = config.network ? await fetchNetwork(connection, config.network) : null;
  const reward = network && !network.mint.equals(config.paymentMint) ? network : null;
  const { name, kind, h3Cell, capacity, documents, compliance } = config;
  return {
    decimals: payment.decimals,
    args: {
      creator,
      id,
      authority: config.authority ?? creator,
      ...(compliance ? { compliance } : {}),
      payment,
      ...(reward ? { reward: { mint: reward.mint, tokenProgram: reward.tokenProgram } } : {}),
      terms: { ...config.terms, price: priceIn(config, payment.decimals) },
      metadata: {
        ...{ name, kind, h3Cell, capacity },
        documents: documents.link,
        documentsHash: documents.sha256,
      },
    },
  };
}

async function paymentToken(
  connection: Connection,
  mint: PublicKey,
): Promise<Required<SharedToken> & { decimals: number }> {
  try {
    const { tokenProgram, decimals } = await checkRewardMint(connection, mint);
    return { mint, tokenProgram, decimals };
  } catch (error) {
    if (!(error instanceof RewardMintError)) throw error;
    const said = `payment_mint: ${error.message}; ${assetStep(error.code, null)}`;
    throw new AssetConfigError('bad-asset-config', said, { cause: error });
  }
}

/** Terms never change, so nobody may be named in them who can't sign. @throws RecipientError */
async function requireKeyHolders(connection: Connection, { terms, authority, compliance }: CreateAsset) {
  const roles = { builder: terms.builder, authority, ...(compliance ? { compliance } : {}) };
  for (const [option, key] of Object.entries(roles))
    await requireRecipient(connection, key, { option, mayBeVault: true, override: '--allow-any-address' });
}

/** @throws CliError `asset-differs` */
async function planOf(connection: Connection, args: CreateAsset): Promise<Plan> {
  const address = assetAddress(args);
  const info = await connection.getAccountInfo(address);
  if (info?.owner.equals(assetsProgram.address)) {
    requireSame(decodeAsset(address, info.data), args);
    return { steps: [], done: `asset ${address} exists already, as the configuration says`, watched: [] };
  }
  return {
    steps: [{ instructions: createAsset(args) }],
    watched: [],
    next: [
      `None of this can be changed later. Funders buy shares with commonwire asset fund --asset ${address} --shares N`,
    ],
  };
}

function requireSame(asset: Asset, args: CreateAsset): void {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? `${member}` : member));
  const pairs: [string, unknown, unknown][] = [
    ['terms', asset.terms, args.terms],
    ['metadata', asset.metadata, args.metadata],
    ['compliance', asset.compliance, args.compliance ?? null],
    ['payment_mint', asset.revenue[0].mint, args.payment.mint],
    ['network', asset.revenue[1]?.mint ?? null, args.reward?.mint ?? null],
  ];
  const sorted = (value: unknown) =>
    text(value && typeof value === 'object' && !('toBase58' in value) ? Object.entries(value).sort() : value);
  const different = pairs.find(([, there, wanted]) => sorted(there) !== sorted(wanted));
  if (!different) return;
  throw new CliError(
    'asset-differs',
    `${different[0]}: asset ${asset.address} exists with others; give another --id, or the configuration with which it was created`,
  );
}
