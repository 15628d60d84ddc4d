import {
  acceptedVersion,
  Confirmations,
  caughtUp,
  compile,
  type Fate,
  reasonOf,
  TransactionFailed,
} from '@commonwire/sdk/core';
import type { Connection, Keypair, PublicKey } from '@solana/web3.js';
import { writeChunk } from './instructions';

/** Bytes per chunk, so that a write with compute budget instructions fits in one transaction. */
export const CHUNK_BYTES = 950;

/** The progress of an upload. */
export interface Progress {
  /** Chunks on chain, including earlier ones. */
  written: number;
  total: number;
}

/** A piece of a program and its offset. */
export interface Chunk {
  offset: number;
  bytes: Uint8Array;
}

interface Sending {
  connection: Connection;
  payer: Keypair;
  /** The whole program. */
  bytes: Uint8Array;
  /** Micro-lamports a compute unit. */
  priorityFee?: bigint;
  onProgress?: (progress: Progress) => void;
}

/** Concurrent requests: fast, but within the limits of public nodes. */
const PARALLEL = 8;
/** How their outcomes are waited for. */
const WAITING = { pollMs: 400, resendMs: 2_000, graceMs: 0, signal: new AbortController().signal };
/** A write takes 2,370 units and in version 0 the budget's instructions 150 each. */
const WRITE_UNITS = 3_000;
const MICRO_LAMPORTS = 1_000_000n;

/** Lamports that one write pays for priority at a price. */
export const writePriority = (price: bigint): bigint => (price * BigInt(WRITE_UNITS)) / MICRO_LAMPORTS;

/**
 * Sends every chunk once and waits until each transaction has landed or expired.
 * @returns the error of the last failed transaction; undefined if none failed
 */
export async function sendChunks(
  buffer: PublicKey,
  chunks: readonly Chunk[],
  { connection, payer, bytes, priorityFee = 0n, onProgress }: Sending,
): Promise<string | undefined> {
  const total = Math.ceil(bytes.length / CHUNK_BYTES);
  let written = total - chunks.length;
  let failure: string | undefined;
  const version = await acceptedVersion(connection);
  const limits = { version, priorityFee: writePriority(priorityFee), computeUnitLimit: WRITE_UNITS };
  const latest = await connection.getLatestBlockhash('confirmed');
  const confirmations = new Confirmations(connection, WAITING);
  const queue = [...chunks];
  const fates: Promise<void>[] = [];
  const write = async (chunk: Chunk): Promise<void> => {
    const transaction = compile(
      payer.publicKey,
      latest.blockhash,
      [writeChunk({ buffer, authority: payer.publicKey, ...chunk })],
      limits,
    );
    transaction.sign([payer]);
    const wire = transaction.serialize();
    try {
      const signature = await connection.sendRawTransaction(wire, { skipPreflight: true });
      fates.push(confirmations.wait(signature, wire, latest.lastValidBlockHeight).then(learn));
    } catch (error) {
      // If it landed all the same, the next round finds the chunk written.
      failure = reasonOf(error);
    }
  };
  const learn = (fate: Fate): void => {
    if (fate.kind === 'confirmed') written += 1;
    else if (fate.kind === 'failed') failure = new TransactionFailed(fate.error, []).message;
    else failure = fate.kind === 'expired' ? 'transactions expired' : 'the node does not say what landed';
    onProgress?.({ written, total });
  };
  const sendFromQueue = async () => {
    for (let chunk = queue.shift(); chunk; chunk = queue.shift()) await write(chunk);
  };
  await Promise.all(Array.from({ length: PARALLEL }, sendFromQueue));
  await Promise.all(fates);
  await caughtUp(connection);
  return failure;
}

/** Returns the chunks that a buffer doesn't hold yet, in order. */
export function missingChunks(there: Uint8Array, wanted: Uint8Array): Chunk[] {
  const missing: Chunk[] = [];
  for (let offset = 0; offset < wanted.length; offset += CHUNK_BYTES) {
    const bytes = wanted.subarray(offset, offset + CHUNK_BYTES);
    const same = Buffer.compare(bytes, there.subarray(offset, offset + bytes.length)) === 0;
    if (!same) missing.push({ offset, bytes });
  }
  return missing;
}
