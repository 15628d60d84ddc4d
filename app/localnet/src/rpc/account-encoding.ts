import type { Account } from 'litesvm/dist/internal';
import { z } from 'zod';
import type { Chain } from '../chain/chain';
import { toBase58 } from '../encoding';
import { RpcError } from './errors';
import { optional, unsigned } from './method';
import { parseAccount } from './parsed-account';

const MAX_BASE58_BYTES = 128;

/** Schema of the parameters that select the encoding of account data. */
export const dataConfig = {
  encoding: optional(z.enum(['base58', 'base64', 'base64+zstd', 'jsonParsed'])),
  dataSlice: optional(z.object({ offset: unsigned, length: unsigned })),
};

/** The parsed {@link dataConfig}. */
export interface DataConfig {
  encoding?: 'base58' | 'base64' | 'base64+zstd' | 'jsonParsed' | undefined;
  dataSlice?: { offset: number; length: number } | undefined;
}

function encodeData(chain: Chain, account: Account, { encoding, dataSlice }: DataConfig): unknown {
  const all = Buffer.from(account.data());
  const data = dataSlice ? all.subarray(dataSlice.offset, dataSlice.offset + dataSlice.length) : all;
  switch (encoding) {
    case undefined:
    case 'base58': {
      if (data.length > MAX_BASE58_BYTES) {
        throw new RpcError(
          'invalidRequest',
          'Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.',
        );
      }
      const text = toBase58(data);
      return encoding ? [text, 'base58'] : text;
    }
    case 'base64+zstd':
      throw new RpcError('invalidParams', 'Encoding base64+zstd is not supported here, please use base64');
    case 'jsonParsed':
      return parseAccount(chain, account, all) ?? [data.toString('base64'), 'base64'];
    case 'base64':
      return [data.toString('base64'), 'base64'];
  }
}

/** Encodes an account for JSON-RPC; null if there is none. */
export function encodeAccount(chain: Chain, account: Account | null | undefined, config: DataConfig) {
  if (!account) return null;
  return {
    data: encodeData(chain, account, config),
    executable: account.executable(),
    lamports: account.lamports(),
    owner: toBase58(account.owner()),
    rentEpoch: account.rentEpoch(),
    space: account.data().length,
  };
}
