import type { Connection } from '@solana/web3.js';
import * as z from 'zod';
import { buffer } from './bytes';

/** The version that every read of transactions asks for. A node hands out none of a newer version: error -32015. */
export const MAX_SUPPORTED_TRANSACTION_VERSION = 1;

/** Versions that are sent. 0 only where a cluster or a wallet doesn't take 1. */
export type SentVersion = 0 | 1;

/** Most bytes of a signed transaction by its version. */
export const MAX_TRANSACTION_BYTES: Readonly<Record<SentVersion, number>> = { 0: 1232, 1: 4096 };

/** Most accounts of a transaction of either version. */
export const MAX_TRANSACTION_ACCOUNTS = 64;

/** The capabilities that wallets declare by the wallet standard. */
export interface WalletVersions {
  readonly supportedTransactionVersions?: ReadonlySet<'legacy' | 0 | 1> | null | undefined;
}

const known = new WeakMap<Connection, SentVersion>();

/**
 * The version to send: 1 where the cluster takes it, and the wallet if one signs. The cluster is asked once for each
 * connection.
 */
export async function acceptedVersion(connection: Connection, wallet?: WalletVersions): Promise<SentVersion> {
  if (wallet && !wallet.supportedTransactionVersions?.has(1)) return 0;
  const remembered = known.get(connection);
  if (remembered !== undefined) return remembered;
  const answer = await ask(connection);
  if (answer === undefined) return 1;
  known.set(connection, answer);
  return answer;
}

/** The part of a `Connection` that sends any request: with its own headers, retries and middleware. */
interface RawConnection {
  _rpcRequest?(method: string, params: unknown[]): Promise<unknown>;
}

const answerSchema = z.object({
  error: z.object({ code: z.number() }).optional(),
  result: z.object({ value: z.object({ err: z.unknown() }) }).optional(),
});

const INVALID_PARAMS = -32602;

/** Simulates the smallest transaction of version 1; undefined where the answer says nothing about versions. */
async function ask(connection: Connection): Promise<SentVersion | undefined> {
  const params = [buffer(SMALLEST).toString('base64'), { encoding: 'base64', replaceRecentBlockhash: true }];
  const answer = answerSchema.safeParse(
    await (connection as unknown as RawConnection)._rpcRequest?.('simulateTransaction', params),
  );
  if (!answer.success) return undefined;
  const { error, result } = answer.data;
  // A node that can't decode it says so; one that can tells what would come of it, mostly that the payer is unknown.
  if (error) return error.code === INVALID_PARAMS ? 0 : undefined;
  if (!result) return undefined;
  return result.value.err === 'UnsupportedVersion' ? 0 : 1;
}

/** `version | 1 signer | 2 x 0 | mask 4 | blockhash 32 | no instruction | 1 address | address 32 | signature 64`. */
const SMALLEST = new Uint8Array(1 + 3 + 4 + 32 + 2 + 32 + 64);
SMALLEST.set([0x81, 1]);
SMALLEST[41] = 1;
SMALLEST.fill(1, 42, 74);
