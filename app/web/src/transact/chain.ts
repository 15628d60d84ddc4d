import { type ConfirmationNode, endpointOf, newestSlot, RpcError, rpcFetch } from '@commonwire/sdk/core';
import { getBase64Decoder, getBase64Encoder } from '@solana/kit';
import * as z from 'zod';

const lamports = z.number().nonnegative();
const encodedAccount = z.object({ lamports, owner: z.string(), data: z.tuple([z.string(), z.string()]) });
const inContext = <T extends z.ZodType>(value: T) =>
  z.object({ context: z.object({ slot: z.number() }), value });
const simulationSchema = inContext(
  z.object({
    err: z.unknown(),
    logs: z.array(z.string()).nullish(),
    unitsConsumed: z.number().optional(),
    accounts: z.array(encodedAccount.nullable()).nullish(),
  }),
);
const answerSchema = z.object({
  result: z.unknown(),
  error: z.object({ message: z.string() }).optional(),
});

const CONFIRMED = { commitment: 'confirmed' } as const;
const BASE64 = { encoding: 'base64' } as const;

/** An account's rent, program and bytes. */
export interface ChainAccount {
  lamports: number;
  owner: string;
  data: Uint8Array;
}

/** What would come of a transaction. */
export interface Simulation {
  /** Null if it would land. */
  err: unknown;
  logs: readonly string[];
  units: number;
  /** The accounts asked for, as they would be. */
  accounts: readonly (ChainAccount | null)[];
}

/**
 * The few requests to an RPC node that transactions take, with the SDK's time limits and repeats. web3.js's own
 * `Connection` would cost the page 100 kB.
 */
export class Chain implements ConfirmationNode {
  private readonly fetch: ReturnType<typeof rpcFetch>;

  constructor(private readonly url: string) {
    this.fetch = rpcFetch(endpointOf(url), () => newestSlot(this), { timeoutMs: 8_000, patienceMs: 15_000 });
  }

  /** Account by account; null where there is none. */
  async accounts(addresses: readonly string[]): Promise<(ChainAccount | null)[]> {
    const schema = inContext(z.array(encodedAccount.nullable()));
    const { value } = await this.ask('getMultipleAccounts', [addresses, { ...CONFIRMED, ...BASE64 }], schema);
    return value.map(toAccount);
  }

  async blockhash(): Promise<{ blockhash: string; lastValidBlockHeight: number }> {
    const schema = inContext(z.object({ blockhash: z.string(), lastValidBlockHeight: z.number() }));
    return (await this.ask('getLatestBlockhash', [CONFIRMED], schema)).value;
  }

  /** Lamports that a message costs; 0 where the node doesn't say. */
  async fee(message: Uint8Array): Promise<bigint> {
    const schema = inContext(lamports.nullable());
    const { value } = await this.ask('getFeeForMessage', [toBase64(message), CONFIRMED], schema);
    return BigInt(value ?? 0);
  }

  /** Lamports that an account of so many bytes keeps. */
  async rent(bytes: number): Promise<bigint> {
    return BigInt(await this.ask('getMinimumBalanceForRentExemption', [bytes], lamports));
  }

  genesisHash = (): Promise<string> => this.ask('getGenesisHash', [], z.string());

  /** Runs an unsigned transaction without sending it. */
  async simulate(wire: Uint8Array, addresses: readonly string[]): Promise<Simulation> {
    const options = {
      ...CONFIRMED,
      ...BASE64,
      sigVerify: false,
      replaceRecentBlockhash: true,
      accounts: { ...BASE64, addresses },
    };
    const { value } = await this.ask('simulateTransaction', [toBase64(wire), options], simulationSchema);
    return {
      err: value.err ?? null,
      logs: value.logs ?? [],
      units: value.unitsConsumed ?? 0,
      accounts: (value.accounts ?? []).map(toAccount),
    };
  }

  /** @returns the signature */
  async sendRawTransaction(
    wire: Uint8Array | readonly number[],
    options: { skipPreflight?: boolean } = {},
  ): Promise<string> {
    const config = { ...BASE64, preflightCommitment: 'confirmed', ...options };
    return this.ask('sendTransaction', [toBase64(Uint8Array.from(wire)), config], z.string());
  }

  getSignatureStatuses: ConfirmationNode['getSignatureStatuses'] = (signatures, config) =>
    this.ask('getSignatureStatuses', [signatures, config ?? {}], z.any());

  getEpochInfo: ConfirmationNode['getEpochInfo'] = () => this.ask('getEpochInfo', [CONFIRMED], z.any());

  /** @throws RpcError, also for a request that the node refuses */
  private async ask<T>(method: string, params: readonly unknown[], schema: z.ZodType<T>): Promise<T> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const response = await this.fetch(this.url, { body });
    const { result, error } = answerSchema.parse(await response.json());
    if (error) throw new RpcError('rpc-failed', error.message);
    return schema.parse(result);
  }
}

const toAccount = (account: z.output<typeof encodedAccount> | null): ChainAccount | null =>
  account && {
    lamports: account.lamports,
    owner: account.owner,
    data: Uint8Array.from(getBase64Encoder().encode(account.data[0])),
  };

const toBase64 = (bytes: Uint8Array): string => getBase64Decoder().decode(bytes);
