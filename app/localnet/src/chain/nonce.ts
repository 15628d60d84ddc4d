import { createHash } from 'node:crypto';
import { SystemProgram } from '@solana/web3.js';
import type { Account, LiteSvm } from 'litesvm/dist/internal';
import { makeAccount } from './account';
import type { WireMessage, WireTransaction } from './wire-message';

const ADVANCE_NONCE_ACCOUNT = 4;
const NONCE_ACCOUNT_BYTES = 80;
const NONCE_OFFSET = 40;
const LAMPORTS_PER_SIGNATURE = 5000n;
const systemProgram = SystemProgram.programId.toBuffer();

/** The nonce that an account gets while a blockhash is the newest. */
const nonceOf = (blockhash: Uint8Array): Buffer =>
  createHash('sha256').update('DURABLE_NONCE').update(blockhash).digest();

/** Data of an initialized nonce account in the present format; undefined for any other account. */
function nonceData(account: Account | null): Buffer | undefined {
  if (!account || !systemProgram.equals(account.owner())) return undefined;
  const data = Buffer.from(account.data());
  if (data.length !== NONCE_ACCOUNT_BYTES) return undefined;
  // Version 1 and state 1.
  return data.readUInt32LE(0) === 1 && data.readUInt32LE(4) === 1 ? data : undefined;
}

/** A nonce that a message names in place of a blockhash, in an account that its first instruction advances. */
interface NamedNonce {
  address: Buffer;
  /** Who may advance it. */
  authority: Buffer;
  nonce: Buffer;
  /** Indices of the accounts of that instruction. */
  accounts: Uint8Array;
}

/** The nonce that a message names, if the account that its first instruction advances holds it. */
export function namedNonce(
  read: (address: Uint8Array) => Account | null,
  { instructions, keys, blockhash }: WireMessage,
): NamedNonce | undefined {
  const [first] = instructions;
  if (!first || !keys[first.programIndex]?.equals(systemProgram)) return undefined;
  if (first.data.length < 4 || Buffer.from(first.data).readUInt32LE() !== ADVANCE_NONCE_ACCOUNT)
    return undefined;
  const address = keys[first.accounts[0] ?? keys.length];
  const data = address && nonceData(read(address));
  if (!data) return undefined;
  const nonce = data.subarray(NONCE_OFFSET, NONCE_OFFSET + 32);
  if (!nonce.equals(blockhash)) return undefined;
  return { address, authority: data.subarray(8, 40), nonce, accounts: first.accounts };
}

/**
 * Returns the nonce account that a transaction's first instruction advances, if the transaction is valid by it: it holds
 * the nonce that the transaction names, and not since the newest blockhash.
 */
export function durableNonce(
  svm: LiteSvm,
  transaction: WireTransaction,
  newest: Uint8Array,
): Buffer | undefined {
  const named = namedNonce((address) => svm.getAccount(address), transaction);
  if (!named || named.nonce.equals(nonceOf(newest))) return undefined;
  const { keys, header } = transaction;
  const signers = Array.from(named.accounts).filter((index) => index < header.signers);
  return signers.some((index) => keys[index]?.equals(named.authority)) ? named.address : undefined;
}

/** A nonce account with the nonce of another blockhash. */
export function advanced(account: Account, newest: Uint8Array): Account {
  const data = Buffer.from(account.data());
  nonceOf(newest).copy(data, NONCE_OFFSET);
  data.writeBigUInt64LE(LAMPORTS_PER_SIGNATURE, NONCE_OFFSET + 32);
  return makeAccount(account.lamports(), data, systemProgram);
}

/**
 * Returns whether a nonce account holds the nonce that LiteSVM gives: it takes the transaction's own blockhash for the
 * newest one.
 */
export function wasGivenBy(account: Account, { blockhash }: WireTransaction): boolean {
  const data = nonceData(account);
  return data?.subarray(NONCE_OFFSET, NONCE_OFFSET + 32).equals(nonceOf(blockhash)) ?? false;
}
