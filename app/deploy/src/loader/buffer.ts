import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sendAndConfirm } from '@commonwire/sdk/core';
import { readKeypair } from '@commonwire/sdk/node';
import { type Connection, Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { BUFFER_HEADER, DeployError, type ProgramBuffer, readBuffer } from './accounts';
import { missingChunks, type Progress, sendChunks } from './chunks';
import { closeBuffer, initializeBuffer, LOADER } from './instructions';

/** Options for uploading a program. */
export interface BufferOptions {
  connection: Connection;
  /** Pays for the upload and is the buffer's authority. */
  payer: Keypair;
  program: PublicKey;
  bytes: Uint8Array;
  /** Folder for the buffer's key, which is needed to resume an interrupted upload. */
  folder: string;
  /** Micro-lamports per compute unit. */
  priorityFee?: bigint;
  /** Called before anything is sent; `resumed` if an earlier upload continues. */
  onBuffer?: (address: PublicKey, resumed: boolean) => void;
  onProgress?: (progress: Progress) => void;
}

/** A buffer's key, the file with the key, and the buffer on chain if there is one. */
export interface OpenBuffer {
  key: Keypair;
  file: string;
  there: ProgramBuffer | null;
}

/** The upload fails after this many consecutive rounds without progress. */
const FRUITLESS_ROUNDS = 4;
/** Delay after a round without progress, longer each time: a node with rate limits needs some seconds. */
const PAUSE_MS = 1_000;

/**
 * Finds the buffer of an interrupted upload, or generates a key for a new one.
 * @throws DeployError `buffer-of-another`
 */
export async function findBuffer(options: BufferOptions): Promise<OpenBuffer> {
  const { connection, payer, program, folder } = options;
  const cluster = (await connection.getGenesisHash()).slice(0, 8);
  const file = join(folder, `${program}-${cluster}-buffer-keypair.json`);
  if (existsSync(file)) {
    const key = readKeypair(file);
    const there = await readBuffer(connection, key.publicKey);
    if (there && !there.authority?.equals(payer.publicKey)) {
      throw new DeployError(
        'buffer-of-another',
        `the interrupted upload ${key.publicKey} belongs to ${there.authority ?? 'nobody'}, not to ${payer.publicKey}: continue with that key, or delete ${file} to start over`,
      );
    }
    return { key, file, there };
  }
  return { key: Keypair.generate(), file, there: null };
}

/**
 * Fills the buffer with the program's bytes, sending only the missing chunks.
 * @throws DeployError `write-failed`; written chunks stay, and the next call continues from there
 */
export async function fillBuffer(open: OpenBuffer, options: BufferOptions): Promise<PublicKey> {
  const { connection, payer, bytes } = options;
  const buffer = open.key.publicKey;
  // The loader deploys a whole buffer, so a buffer of a different length can't be reused.
  const reusable = open.there?.bytes.length === bytes.length;
  options.onBuffer?.(buffer, reusable);
  if (open.there && !reusable) {
    const recipient = payer.publicKey;
    const closed = closeBuffer({ buffer, recipient, authority: recipient });
    await sendAndConfirm(connection, payer, [closed], { price: options.priorityFee });
  }
  if (!reusable) {
    keepKey(open);
    await createBuffer(open.key, options);
  }

  let fruitless = 0;
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const there = await readBuffer(connection, buffer);
    const missing = missingChunks(there?.bytes ?? new Uint8Array(bytes.length), bytes);
    if (missing.length === 0) return buffer;
    fruitless = missing.length < before ? 0 : fruitless + 1;
    before = missing.length;
    const failure = await sendChunks(buffer, missing, options);
    if (fruitless >= FRUITLESS_ROUNDS) {
      throw new DeployError(
        'write-failed',
        `${missing.length} chunks could not be written (${failure ?? 'the node does not show them'}); run the same command again to continue`,
      );
    }
    await wait(fruitless * PAUSE_MS);
  }
}

/** Writes the buffer's key, with which an interrupted upload continues. */
function keepKey({ key, file }: OpenBuffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify([...key.secretKey])}\n`, { mode: 0o600 });
}

/** Deletes the key file of a buffer that was deployed or given to another authority. */
export const forgetBuffer = ({ file }: OpenBuffer): void => rmSync(file, { force: true });

async function createBuffer(key: Keypair, options: BufferOptions): Promise<void> {
  const { connection, payer, bytes } = options;
  const space = BUFFER_HEADER + bytes.length;
  const authority = payer.publicKey;
  const instructions = [
    SystemProgram.createAccount({
      fromPubkey: authority,
      newAccountPubkey: key.publicKey,
      lamports: await connection.getMinimumBalanceForRentExemption(space),
      space,
      programId: LOADER,
    }),
    initializeBuffer({ buffer: key.publicKey, authority }),
  ];
  await sendAndConfirm(connection, payer, instructions, { price: options.priorityFee, signers: [key] });
}
