import type { Account } from 'litesvm/dist/internal';
import { z } from 'zod';
import type { Chain } from '../chain/chain';
import type { Commitment } from '../chain/commitment';
import { toBase58 } from '../encoding';
import { RpcError } from './errors';
import { optional, unsigned } from './method';
import { parseAccount } from './parsed/account';
import type { TokenContext } from './parsed/token-account';
import { zstdFrame } from './zstd';

const MAX_BASE58_BYTES = 128;

/** Schema of the parameters that select the encoding of account data. */
export const dataConfig = {
  encoding: optional(z.enum(['binary', 'base58', 'base64', 'base64+zstd', 'jsonParsed'])),
  dataSlice: optional(z.object({ offset: unsigned, length: unsigned })),
};

/** The parsed {@link dataConfig}. */
export interface DataConfig {
  encoding?: 'binary' | 'base58' | 'base64' | 'base64+zstd' | 'jsonParsed' | undefined;
  dataSlice?: { offset: number; length: number } | undefined;
}

function slice(data: Buffer, { dataSlice }: DataConfig): Buffer {
  return dataSlice ? data.subarray(dataSlice.offset, dataSlice.offset + dataSlice.length) : data;
}

const isBase58 = ({ encoding }: DataConfig) =>
  encoding === undefined || encoding === 'binary' || encoding === 'base58';

const base58Text = (data: Buffer): string =>
  data.length > MAX_BASE58_BYTES ? 'error: data too large for bs58 encoding' : toBase58(data);

function encodeData(address: Buffer, account: Account, config: DataConfig, context: TokenContext): unknown {
  const data = slice(Buffer.from(account.data()), config);
  switch (config.encoding) {
    case undefined:
    case 'binary':
      return base58Text(data);
    case 'base58':
      return [base58Text(data), 'base58'];
    case 'base64+zstd':
      return [zstdFrame(data).toString('base64'), 'base64+zstd'];
    case 'jsonParsed':
      return parseAccount(address, account, context) ?? [data.toString('base64'), 'base64'];
    case 'base64':
      return [data.toString('base64'), 'base64'];
  }
}

/** The accounts at a commitment, which parsing token accounts reads. */
export const tokenContext = (chain: Chain, commitment: Commitment): TokenContext => ({
  read: (address) => chain.account(address, commitment),
  now: chain.slots.time(chain.slotAt(commitment)) ?? 0,
});

/**
 * Encodes an account for JSON-RPC. Never fails: text replaces data that is too large for base58, as validators write it
 * in notifications.
 */
export const encodeAccount = (
  address: Buffer,
  account: Account,
  config: DataConfig,
  context: TokenContext,
) => ({
  data: encodeData(address, account, config, context),
  executable: account.executable(),
  lamports: account.lamports(),
  owner: toBase58(account.owner()),
  rentEpoch: account.rentEpoch(),
  space: account.data().length,
});

/**
 * Encodes an account that a request asks for; null if there is none.
 *
 * @throws {@link RpcError} invalidRequest, if its data is too large for base58
 */
export function answerAccount(
  address: Buffer,
  account: Account | null | undefined,
  config: DataConfig,
  context: TokenContext,
) {
  if (!account) return null;
  if (isBase58(config) && slice(Buffer.from(account.data()), config).length > MAX_BASE58_BYTES) {
    throw new RpcError(
      'invalidRequest',
      `Encoded binary (base 58) data should be less than ${MAX_BASE58_BYTES} bytes, please use Base64 encoding.`,
    );
  }
  return encodeAccount(address, account, config, context);
}

/** Whether `jsonParsed` worked. In lists of a token program's accounts validators leave out the others. */
export const isParsed = ({ account }: { account: { data: unknown } | null }): boolean =>
  account !== null && !Array.isArray(account.data);
