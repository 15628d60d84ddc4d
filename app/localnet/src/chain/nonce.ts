import { SystemProgram } from '@solana/web3.js';
import type { LiteSvm } from 'litesvm/dist/internal';
import type { WireTransaction } from './wire-message';

const ADVANCE_NONCE_ACCOUNT = 4;
const NONCE_ACCOUNT_BYTES = 80;
const systemProgram = SystemProgram.programId.toBuffer();

/** Returns whether a transaction's first instruction advances a durable nonce that its account still holds. */
export function usesCurrentNonce(
  svm: LiteSvm,
  { instructions, keys, header, blockhash }: WireTransaction,
): boolean {
  const [first] = instructions;
  if (!first || !keys[first.programIndex]?.equals(systemProgram)) return false;
  if (first.data.length < 4 || Buffer.from(first.data).readUInt32LE() !== ADVANCE_NONCE_ACCOUNT) return false;
  const nonceAddress = keys[first.accounts[0] ?? keys.length];
  const account = nonceAddress && svm.getAccount(nonceAddress);
  if (!account || !systemProgram.equals(account.owner())) return false;
  const data = Buffer.from(account.data());
  if (data.length !== NONCE_ACCOUNT_BYTES) return false;
  // Version 1 and state 1: an initialized nonce in the present format.
  const initialized = data.readUInt32LE(0) === 1 && data.readUInt32LE(4) === 1;
  const authority = data.subarray(8, 40);
  const signers = Array.from(first.accounts).filter((index) => index < header.signers);
  return (
    initialized &&
    data.subarray(40, 72).equals(blockhash) &&
    signers.some((index) => keys[index]?.equals(authority) ?? false)
  );
}
