import {
  SYSVAR_CLOCK_PUBKEY,
  SYSVAR_RECENT_BLOCKHASHES_PUBKEY,
  SYSVAR_SLOT_HASHES_PUBKEY,
} from '@solana/web3.js';
import { Account, Clock, type LiteSvm } from 'litesvm/dist/internal';
import { fromBase58 } from '../encoding';
import { epochOf } from './epochs';
import { MAX_BLOCKHASH_AGE, type Slots } from './slots';

const SYSVAR_OWNER = fromBase58('Sysvar1111111111111111111111111111111111111')!;
const LAMPORTS_PER_SIGNATURE = 5000n;

function setSysvar(svm: LiteSvm, address: Uint8Array, data: Buffer): void {
  const rent = svm.minimumBalanceForRentExemption(BigInt(data.length));
  svm.setAccount(address, new Account(rent, data, SYSVAR_OWNER, false, 2n ** 64n - 1n));
}

function writeEntries(size: number, entries: Buffer[]): Buffer {
  const data = Buffer.alloc(size);
  data.writeBigUInt64LE(BigInt(entries.length));
  let offset = 8;
  for (const entry of entries) offset += entry.copy(data, offset);
  return data;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** Writes the Clock sysvar: the current slot, its epoch and its time. */
export function writeClock(svm: LiteSvm, slots: Slots): void {
  const { epoch, index } = epochOf(slots.current);
  const epochStart = slots.time(Math.max(slots.current - index, slots.first)) ?? 0;
  const now = slots.time(slots.current) ?? 0;
  svm.setClock(
    new Clock(BigInt(slots.current), BigInt(epochStart), BigInt(epoch), BigInt(epoch + 1), BigInt(now)),
  );
}

/** The sysvars that change with the slot. */
export const SLOT_SYSVARS: readonly Uint8Array[] = [
  SYSVAR_CLOCK_PUBKEY,
  SYSVAR_SLOT_HASHES_PUBKEY,
  SYSVAR_RECENT_BLOCKHASHES_PUBKEY,
].map((key) => key.toBytes());

/** Writes all sysvars that change with the slot, with Agave's sizes and layouts. */
export function writeSlotSysvars(svm: LiteSvm, slots: Slots): void {
  const recent = slots.recent();
  const slotHashes = recent.map(({ slot, hash }) => Buffer.concat([u64(BigInt(slot)), hash]));
  const blockhashes = recent
    .slice(0, MAX_BLOCKHASH_AGE)
    .map(({ hash }) => Buffer.concat([hash, u64(LAMPORTS_PER_SIGNATURE)]));
  setSysvar(svm, SYSVAR_SLOT_HASHES_PUBKEY.toBytes(), writeEntries(8 + 512 * 40, slotHashes));
  setSysvar(svm, SYSVAR_RECENT_BLOCKHASHES_PUBKEY.toBytes(), writeEntries(8 + 150 * 40, blockhashes));
  writeClock(svm, slots);
}
