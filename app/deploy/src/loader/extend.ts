import { setTimeout as wait } from 'node:timers/promises';
import { sendAndConfirm, TransactionFailed } from '@commonwire/sdk/core';
import type { DeployedProgram } from './accounts';
import type { BufferOptions } from './buffer';
import { extendProgram } from './instructions';

/** The minimum extension on newer clusters (SIMD-0431). */
const LEAST_EXTENSION = 10_240;
const POLL_MS = 200;

/** Returns the bytes by which a program must be extended for a binary; 0 if it fits. */
export function roomToAdd(there: DeployedProgram, bytes: Uint8Array): number {
  const lacking = bytes.length - there.bytes.length;
  return lacking > 0 ? Math.max(lacking, LEAST_EXTENSION) : 0;
}

/** Extends a program for a larger binary. Resolves in a later slot, since it can't be upgraded in the same one. */
export async function makeRoom(there: DeployedProgram, options: BufferOptions): Promise<void> {
  const bytes = roomToAdd(there, options.bytes);
  if (bytes === 0) return;
  const { connection, payer, program } = options;
  const ends = { program, bytes, payer: payer.publicKey, authority: payer.publicKey };
  try {
    await sendAndConfirm(connection, payer, [extendProgram({ ...ends, form: 'checked' })], {
      price: options.priorityFee,
    });
  } catch (error) {
    if (!(error instanceof TransactionFailed)) throw error;
    await sendAndConfirm(connection, payer, [extendProgram({ ...ends, form: 'open' })], {
      price: options.priorityFee,
    });
  }
  const slot = await connection.getSlot('confirmed');
  while ((await connection.getSlot('confirmed')) <= slot) await wait(POLL_MS);
}
