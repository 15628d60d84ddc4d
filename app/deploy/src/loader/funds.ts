import { formatSol } from '@commonwire/sdk/core';
import { type Cost, type Spending, totalOf } from '../costs';
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

/** Calculates what a deployment costs from now on: an upload that was interrupted is paid for in part. */
export async function deploymentSpending(
  { connection, payer, bytes, priorityFee }: BufferOptions,
  open: OpenBuffer,
  there: DeployedProgram | null,
): Promise<Spending> {
  const rent = (size: number) => connection.getMinimumBalanceForRentExemption(size);
  const programData = PROGRAM_DATA_HEADER + bytes.length;
  const ofProgram: Cost[] = there
    ? await growth(there, bytes, rent)
    : [
        { what: 'program', bytes: PROGRAM_SIZE, lamports: await rent(PROGRAM_SIZE) },
        { what: 'program data', bytes: programData, lamports: await rent(programData) },
      ];
  const chunks = missingChunks(open.there?.bytes ?? new Uint8Array(bytes.length), bytes).length;
  const signatures = chunks + OTHER_SIGNATURES;
  const fees = LAMPORTS_PER_SIGNATURE * signatures + Number(writePriority(priorityFee ?? 0n)) * chunks;
  // The loader returns the buffer's rent before it charges that of the program data.
  const buffer = there ? await rent(BUFFER_HEADER + bytes.length) : 0;
  const uploaded = open.there?.lamports ?? 0;
  return {
    costs: [...ofProgram, { what: `fees for at most ${signatures} signatures`, lamports: fees }],
    returned: buffer - uploaded,
    balance: await connection.getBalance(payer.publicKey, 'confirmed'),
  };
}

/**
 * Checks that the payer's balance covers the whole deployment.
 * @throws DeployError `insufficient-funds` with the missing amount
 */
export async function requireFunds(
  options: BufferOptions,
  open: OpenBuffer,
  there: DeployedProgram | null,
): Promise<void> {
  const spending = await deploymentSpending(options, open, there);
  const { balance } = spending;
  const needed = totalOf(spending) + spending.returned;
  if (balance >= needed) return;
  throw new DeployError(
    'insufficient-funds',
    `${options.payer.publicKey} has ${formatSol(balance)} SOL and needs about ${formatSol(needed)} SOL: ${formatSol(needed - balance)} SOL are missing. On devnet: https://faucet.solana.com`,
  );
}

/** Returns the additional rent for a larger binary. */
async function growth(
  there: DeployedProgram,
  bytes: Uint8Array,
  rent: (size: number) => Promise<number>,
): Promise<Cost[]> {
  const size = PROGRAM_DATA_HEADER + there.bytes.length;
  const added = roomToAdd(there, bytes);
  if (added === 0) return [];
  return [
    { what: 'more program data', bytes: added, lamports: (await rent(size + added)) - (await rent(size)) },
  ];
}
