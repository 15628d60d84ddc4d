import { setTimeout as wait } from 'node:timers/promises';
import { acceptedVersion, compile } from '@commonwire/sdk/core';
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
/** The most signatures in one status request. */
const STATUSES = 256;
const POLL_MS = 400;
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
  const waiting = new Set<string>();

  const queue = [...chunks];
  const sendFromQueue = async () => {
    for (let chunk = queue.shift(); chunk; chunk = queue.shift()) {
      const write = writeChunk({ buffer, authority: payer.publicKey, ...chunk });
      const transaction = compile(payer.publicKey, latest.blockhash, [write], limits);
      transaction.sign([payer]);
      try {
        waiting.add(await connection.sendTransaction(transaction, { skipPreflight: true }));
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, sendFromQueue));

  while (waiting.size > 0) {
    // Read the height before the statuses: a transaction that is still missing after its last valid height has expired.
    const expired = (await connection.getBlockHeight('confirmed')) > latest.lastValidBlockHeight;
    for (const [signature, error] of await finished(connection, [...waiting])) {
      waiting.delete(signature);
      if (error === null) written += 1;
      else failure = JSON.stringify(error);
    }
    onProgress?.({ written, total });
    if (expired && waiting.size > 0) return `${waiting.size} transactions expired`;
    if (waiting.size > 0) await wait(POLL_MS);
  }
  return failure;
}

/** Returns the confirmed transactions with their errors. */
async function finished(connection: Connection, signatures: string[]): Promise<[string, unknown][]> {
  const done: [string, unknown][] = [];
  for (let at = 0; at < signatures.length; at += STATUSES) {
    const some = signatures.slice(at, at + STATUSES);
    const { value } = await connection.getSignatureStatuses(some);
    value.forEach((status, i) => {
      const level = status?.confirmationStatus;
      if (level === 'confirmed' || level === 'finalized') done.push([some[i]!, status!.err]);
    });
  }
  return done;
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
