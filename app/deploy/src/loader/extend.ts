import { setTimeout as wait } from 'node:timers/promises';
import { sendAndConfirm, TransactionFailed } from '@commonwire/sdk/core';
import type { DeployedProgram } from './accounts';
import type { BufferOptions } from './buffer';
import { extendProgram } from './instructions';

/** Least that newer clusters extend a program by (SIMD-0431). */
const LEAST_EXTENSION = 10_240;
const POLL_MS = 200;

/** Bytes by which a program's room must grow for a binary; 0 where it fits. */
export function roomToAdd(there: DeployedProgram, bytes: Uint8Array): number {
  const lacking = bytes.length - there.bytes.length;
  return lacking > 0 ? Math.max(lacking, LEAST_EXTENSION) : 0;
}

/** Makes room for a larger binary, and returns when it may be upgraded: not in the slot of the extension. */
export async function makeRoom(there: DeployedProgram, options: BufferOptions): Promise<void> {
  const bytes = roomToAdd(there, options.bytes);
  if (bytes === 0) return;
  const { connection, payer, program } = options;
  const ends = { program, bytes, payer: payer.publicKey, authority: payer.publicKey };
  try {
    await sendAndConfirm(connection, payer, [extendProgram({ ...ends, form: 'checked' })]);
  } catch (error) {
    if (!(error instanceof TransactionFailed)) throw error;
    await sendAndConfirm(connection, payer, [extendProgram({ ...ends, form: 'open' })]);
  }
  const slot = await connection.getSlot('confirmed');
  while ((await connection.getSlot('confirmed')) <= slot) await wait(POLL_MS);
}
