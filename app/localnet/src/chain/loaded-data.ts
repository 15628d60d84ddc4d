import type { LiteSvm } from 'litesvm/dist/internal';
import { fromBase58, toKey } from '../encoding';
import type { WireTransaction } from './wire-message';

// SIMD-0186: every account that exists counts with its data and a base, a program's data account too; each table counts
// as if it were full.
const ACCOUNT_BYTES = 64;
const TABLE_BYTES = 8248;

const INSTRUCTIONS_SYSVAR = toKey(fromBase58('Sysvar1nstructions1111111111111111111111111')!);
const UPGRADEABLE_LOADER = toKey(fromBase58('BPFLoaderUpgradeab1e11111111111111111111111')!);
const STATE_PROGRAM = 2;

/** Bytes of accounts that a transaction loads, as its limit counts them. */
export function loadedDataSize(svm: LiteSvm, { lookups }: WireTransaction, keys: readonly Buffer[]): number {
  const counted = new Set(keys.map(toKey));
  const sizeOf = (key: Uint8Array): number => {
    const account = svm.getAccount(key);
    if (!account) return 0;
    const data = Buffer.from(account.data());
    const size = ACCOUNT_BYTES + data.length;
    const isProgram = toKey(account.owner()) === UPGRADEABLE_LOADER && data.length >= 36;
    if (!isProgram || data.readUInt32LE(0) !== STATE_PROGRAM) return size;
    const programData = data.subarray(4, 36);
    if (counted.has(toKey(programData))) return size;
    counted.add(toKey(programData));
    return size + sizeOf(programData);
  };
  return keys
    .filter((key) => toKey(key) !== INSTRUCTIONS_SYSVAR)
    .reduce((sum, key) => sum + sizeOf(key), lookups.length * TABLE_BYTES);
}
