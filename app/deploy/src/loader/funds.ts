import { formatSol } from '@commonwire/sdk/core';
import {
  BUFFER_HEADER,
  DeployError,
  type DeployedProgram,
  PROGRAM_DATA_HEADER,
  PROGRAM_SIZE,
} from './accounts';
import type { BufferOptions, OpenBuffer } from './buffer';
import { missingChunks, writePriority } from './chunks';
import { roomToAdd } from './extend';

/** The fee for each signature of a transaction. */
export const LAMPORTS_PER_SIGNATURE = 5_000;
/** Signatures besides those for chunks: two each for buffer, deployment, extension and change of authority. */
const OTHER_SIGNATURES = 8;

/**
 * Checks that the payer's balance covers the whole deployment.
 * @throws DeployError `insufficient-funds` with the missing amount
 */
export async function requireFunds(
  { connection, payer, bytes, priorityFee }: BufferOptions,
  open: OpenBuffer,
  there: DeployedProgram | null,
): Promise<void> {
  const rent = (size: number) => connection.getMinimumBalanceForRentExemption(size);
  // The loader returns the buffer's rent before it charges that of the program data.
  const buffer = await rent(BUFFER_HEADER + bytes.length);
  const ofProgram = there
    ? await growth(there, bytes, rent)
    : (await rent(PROGRAM_SIZE)) + (await rent(PROGRAM_DATA_HEADER + bytes.length)) - buffer;

  const chunks = missingChunks(open.there?.bytes ?? new Uint8Array(bytes.length), bytes).length;
  const fees = LAMPORTS_PER_SIGNATURE * (chunks + OTHER_SIGNATURES);
  const priority = Number(writePriority(priorityFee ?? 0n)) * chunks;

  const needed = buffer + ofProgram + fees + priority - (open.there?.lamports ?? 0);
  const balance = await connection.getBalance(payer.publicKey, 'confirmed');
  if (balance >= needed) return;
  throw new DeployError(
    'insufficient-funds',
    `${payer.publicKey} has ${formatSol(balance)} SOL and needs about ${formatSol(needed)} SOL: ${formatSol(needed - balance)} SOL are missing. On devnet: https://faucet.solana.com`,
  );
}

/** Returns the additional rent for a larger binary. */
async function growth(
  there: DeployedProgram,
  bytes: Uint8Array,
  rent: (size: number) => Promise<number>,
): Promise<number> {
  const size = PROGRAM_DATA_HEADER + there.bytes.length;
  return (await rent(size + roomToAdd(there, bytes))) - (await rent(size));
}
