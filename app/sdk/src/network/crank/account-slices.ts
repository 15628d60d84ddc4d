import { utils } from '@coral-xyz/anchor';
import type { Connection } from '@solana/web3.js';
import * as z from 'zod';
import { buffer, fromBase64 } from '../../core/bytes';
import { nodeOf } from '../../core/rpc-connection';
import { CrankError } from './errors';

/** A part of an account's data. */
export interface AccountSlice {
  /** Program that owns the account, base58. */
  readonly owner: string;
  readonly data: Uint8Array;
}

const answerSchema = z.object({
  result: z.object({
    value: z.array(
      z.object({ owner: z.string(), data: z.tuple([z.string(), z.literal('base64')]) }).nullable(),
    ),
  }),
});

/** The part of a `Connection` that sends any request: with its own headers, retries and middleware. */
interface RawConnection {
  _rpcRequest(method: string, params: unknown[]): Promise<unknown>;
}

/**
 * The same part of up to 100 accounts by their addresses, 32 bytes each; null where there is none. `Connection` has this too, but takes 100 us an account
 * to validate what it reads: for 100,000 owners that is most of a crank's time.
 * @throws CrankError `bad-rpc-answer`
 */
export async function readSlices(
  connection: Connection,
  addresses: readonly Uint8Array[],
  dataSlice: { offset: number; length: number },
): Promise<(AccountSlice | null)[]> {
  const config = { commitment: 'confirmed', encoding: 'base64', dataSlice };
  const keys = addresses.map((address) => utils.bytes.bs58.encode(buffer(address)));
  const raw = connection as unknown as RawConnection;
  const answer = answerSchema.safeParse(await raw._rpcRequest('getMultipleAccounts', [keys, config]));
  if (!answer.success || answer.data.result.value.length !== keys.length)
    throw new CrankError(
      'bad-rpc-answer',
      `RPC node ${nodeOf(connection)} did not return the accounts it was asked for`,
    );
  return answer.data.result.value.map(
    (account) => account && { owner: account.owner, data: fromBase64(account.data[0]) },
  );
}
