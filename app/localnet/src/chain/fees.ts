import { ComputeBudgetProgram, Ed25519Program, Secp256k1Program } from '@solana/web3.js';
import { fromBase58, toKey } from '../encoding';
import type { WireMessage } from './wire-message';

const LAMPORTS_PER_SIGNATURE = 5000n;
const MICRO_LAMPORTS = 1_000_000n;
const MAX_UNITS = 1_400_000n;
const UNITS_PER_INSTRUCTION = 200_000n;
const UNITS_PER_BUILTIN = 3_000n;

const SECP256R1_PROGRAM = fromBase58('Secp256r1SigVerify1111111111111111111111111')!;
/** Precompiled programs. Their first data byte is a number of signatures, which cost the same as the transaction's. */
const precompiles = new Set(
  [Ed25519Program.programId.toBytes(), Secp256k1Program.programId.toBytes(), SECP256R1_PROGRAM].map(toKey),
);
const computeBudget = toKey(ComputeBudgetProgram.programId.toBytes());
const builtins = new Set([
  computeBudget,
  ...precompiles,
  ...[
    '11111111111111111111111111111111',
    'Vote111111111111111111111111111111111111111',
    'BPFLoaderUpgradeab1e11111111111111111111111',
    'BPFLoader2111111111111111111111111111111111',
    'BPFLoader1111111111111111111111111111111111',
    'LoaderV411111111111111111111111111111111111',
  ].map((address) => toKey(fromBase58(address)!)),
]);

const SET_UNIT_LIMIT = 2;
const SET_UNIT_PRICE = 3;

/**
 * The fee of a message in lamports: signatures, precompiled ones included, and for priority the total of a version 1
 * message, or compute units at the price that others offer in instructions.
 */
export function transactionFee({ header, keys, instructions, config }: WireMessage): bigint {
  let signatures = BigInt(header.signers);
  let price = 0n;
  let limit: bigint | undefined;
  let defaultLimit = 0n;
  for (const { programIndex, data } of instructions) {
    const program = toKey(keys[programIndex] ?? Buffer.alloc(0));
    if (precompiles.has(program)) signatures += BigInt(data[0] ?? 0);
    if (program === computeBudget) {
      const bytes = Buffer.from(data);
      if (bytes[0] === SET_UNIT_LIMIT && bytes.length >= 5) limit = BigInt(bytes.readUInt32LE(1));
      if (bytes[0] === SET_UNIT_PRICE && bytes.length >= 9) price = bytes.readBigUInt64LE(1);
    }
    defaultLimit += builtins.has(program) ? UNITS_PER_BUILTIN : UNITS_PER_INSTRUCTION;
  }
  if (config) return signatures * LAMPORTS_PER_SIGNATURE + (config.priorityFee ?? 0n);
  const wanted = limit ?? defaultLimit;
  const units = wanted < MAX_UNITS ? wanted : MAX_UNITS;
  return signatures * LAMPORTS_PER_SIGNATURE + (units * price + MICRO_LAMPORTS - 1n) / MICRO_LAMPORTS;
}
