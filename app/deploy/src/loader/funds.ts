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

/** What a cluster takes for each signature of a transaction. */
export const LAMPORTS_PER_SIGNATURE = 5_000;
/** Signatures beside those of the chunks: buffer, deployment, extension and hand-over, two each. */
const OTHER_SIGNATURES = 8;

/**
 * Refuses to begin what the payer's balance can't finish.
 * @throws DeployError `insufficient-funds` saying how much is missing
 */
export async function requireFunds(
  { connection, payer, bytes, priorityFee }: BufferOptions,
  open: OpenBuffer,
  there: DeployedProgram | null,
): Promise<void> {
  const rent = (size: number) => connection.getMinimumBalanceForRentExemption(size);
  // The loader returns the buffer's rent before it takes that of the program data.
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
    `${payer.publicKey} has ${sol(balance)} SOL and needs about ${sol(needed)}: ${sol(needed - balance)} SOL are missing. On devnet: https://faucet.solana.com`,
  );
}

/** Rent of the room that a larger binary needs. */
async function growth(
  there: DeployedProgram,
  bytes: Uint8Array,
  rent: (size: number) => Promise<number>,
): Promise<number> {
  const size = PROGRAM_DATA_HEADER + there.bytes.length;
  return (await rent(size + roomToAdd(there, bytes))) - (await rent(size));
}

/** Lamports as SOL in decimal, exactly. */
export function sol(lamports: number): string {
  const digits = Math.abs(lamports).toString().padStart(10, '0');
  const text = `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '');
  return lamports < 0 ? `-${text}` : text;
}
