import { AddressLookupTableProgram, type PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { sleep } from '../../core/sleep';
import { type CrankContext, job } from './context';
import { findTables, type TableAccount } from './table-accounts';

/** Tables that one transaction deactivates or closes. */
const BATCH = 20;
const BATCH_UNITS = 100_000;
/** Slots that the chain remembers: a table can be closed once the slot of its deactivation is forgotten. */
const COOL_DOWN = 513n;
/** Refusals in a row after which something else is wrong than that a table is closed too early. */
const PATIENCE = 100;

/**
 * Deactivates and closes every table of the payer's that begins with the network, whichever crank made it: their rent
 * returns to the payer. Stopped early, it goes on when called again.
 * @throws CrankError TransactionFailed
 */
export async function closeTables(
  context: CrankContext,
): Promise<{ returned: bigint; transactions: number }> {
  const { connection, payer, network, signal, emit, pollMs } = context;
  const done = { returned: 0n, transactions: 0 };
  let refusals = 0;
  let total = 0;
  for (;;) {
    const tables = await findTables(connection, payer.publicKey, network);
    total = Math.max(total, tables.length);
    emit({ type: 'progress', stage: 'close', done: total - tables.length, total });
    if (tables.length === 0 || signal.aborted) return done;
    const slot = BigInt(await connection.getSlot('confirmed'));
    const active = tables.filter(({ deactivatedAt }) => deactivatedAt === null);
    const ripe = tables.filter(
      (table) => table.deactivatedAt !== null && slot - table.deactivatedAt > COOL_DOWN,
    );
    if (active.length === 0 && ripe.length === 0) {
      const newest = tables.reduce((last, { deactivatedAt }) => max(last, deactivatedAt!), 0n);
      emit({ type: 'waiting', slots: Number(newest + COOL_DOWN + 1n - slot) });
      await sleep(pollMs);
      continue;
    }
    const results = await Promise.all([
      ...batches(active).map((batch) => send(context, batch, deactivation)),
      ...batches(ripe).map((batch) => send(context, batch, closing)),
    ]);
    for (const { landed, closed, error } of results) {
      refusals = landed ? 0 : refusals + 1;
      done.transactions += landed ? 1 : 0;
      done.returned += closed;
      if (error && refusals > PATIENCE) throw error;
    }
    if (refusals > 0) await sleep(pollMs);
  }
}

async function send(
  context: CrankContext,
  tables: readonly TableAccount[],
  instruct: (payer: PublicKey, table: PublicKey) => TransactionInstruction,
) {
  const instructions = tables.map(({ address }) => instruct(context.payer.publicKey, address));
  const sending = await context.sender.send(job(context, instructions, BATCH_UNITS));
  const landed = sending.kind === 'confirmed';
  const lamports = tables.reduce((sum, table) => sum + BigInt(table.lamports), 0n);
  return {
    landed,
    closed: landed && instruct === closing ? lamports : 0n,
    error: sending.kind === 'refused' ? sending.error : undefined,
  };
}

const deactivation = (authority: PublicKey, lookupTable: PublicKey): TransactionInstruction =>
  AddressLookupTableProgram.deactivateLookupTable({ authority, lookupTable });

const closing = (authority: PublicKey, lookupTable: PublicKey): TransactionInstruction =>
  AddressLookupTableProgram.closeLookupTable({ authority, lookupTable, recipient: authority });

const batches = (tables: readonly TableAccount[]): TableAccount[][] =>
  Array.from({ length: Math.ceil(tables.length / BATCH) }, (_, i) =>
    tables.slice(i * BATCH, (i + 1) * BATCH),
  );

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
