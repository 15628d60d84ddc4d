import { AccountError } from '@commonwire/sdk/core';
import {
  decodeNetwork,
  decodePage,
  destination,
  type NetworkAccount,
  type PageAccount,
  PROGRAM_ID,
  pageAddress,
  pageNumber,
} from '@commonwire/sdk/network';
import { type Account, TokenError, unpackAccount } from '@solana/spl-token';
import type { AccountInfo, Connection, PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';

/** The most accounts that one request to a node may name. */
const MAX_ACCOUNTS = 100;

/** The state on chain about an owner's payments, all from one slot. */
export interface Snapshot {
  readonly slot: number;
  readonly network: NetworkAccount;
  /** Base units in the network's vault. */
  readonly vault: bigint;
  /** The owner's associated token account. */
  readonly tokenAccount: PublicKey;
  /** Null if there is none. */
  readonly tokens: Account | null;
  /** Returns what a device was paid since the start, base units; 0 if its page isn't open. */
  paid(index: number): bigint;
}

/**
 * Reads everything in one request, so that all accounts are from the same slot.
 * @throws AccountError CliError `too-many-pages`
 */
export async function readSnapshot(
  connection: Connection,
  { address, mint, vault, tokenProgram }: NetworkAccount,
  owner: PublicKey,
  indices: readonly number[],
): Promise<Snapshot> {
  const numbers = [...new Set(indices.map(pageNumber))];
  const tokenAccount = destination({ owner, mint, tokenProgram }).address;
  const pageAddresses = numbers.map((number) => pageAddress({ network: address, number }));
  const wanted = [address, vault, tokenAccount, ...pageAddresses];
  if (wanted.length > MAX_ACCOUNTS) {
    throw new CliError(
      'too-many-pages',
      `the devices of ${owner} are in ${numbers.length} pages, more than one request can read: verify them one by one with --device`,
    );
  }
  const { context, value } = await connection.getMultipleAccountsInfoAndContext(wanted);
  const [network, vaultInfo, tokenInfo, ...pageInfos] = value;
  if (!network?.owner.equals(PROGRAM_ID)) {
    throw new AccountError('account-missing', `there is no longer a network at ${address}`);
  }
  const pages = new Map<number, PageAccount>();
  for (const [i, info] of pageInfos.entries()) {
    if (info?.owner.equals(PROGRAM_ID)) pages.set(numbers[i]!, decodePage(pageAddresses[i]!, info.data));
  }
  return {
    slot: context.slot,
    network: decodeNetwork(address, network.data),
    vault: readTokens(vault, vaultInfo, tokenProgram)?.amount ?? 0n,
    tokenAccount,
    tokens: readTokens(tokenAccount, tokenInfo, tokenProgram),
    paid: (index) => {
      const page = pages.get(pageNumber(index));
      return page?.paid[index % page.paid.length] ?? 0n;
    },
  };
}

/** Decodes a token account; null if there is none. */
function readTokens(
  address: PublicKey,
  info: AccountInfo<Buffer> | null | undefined,
  tokenProgram: PublicKey,
): Account | null {
  try {
    return unpackAccount(address, info ?? null, tokenProgram);
  } catch (error) {
    if (error instanceof TokenError) return null;
    throw error;
  }
}
