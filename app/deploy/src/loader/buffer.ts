import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sendAndConfirm } from '@commonwire/sdk/core';
import { readKeypair } from '@commonwire/sdk/node';
import { type Connection, Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { BUFFER_HEADER, DeployError, type ProgramBuffer, readBuffer } from './accounts';
import { missingChunks, type Progress, sendChunks } from './chunks';
import { closeBuffer, initializeBuffer, LOADER } from './instructions';

/** Where and how a program's bytes are uploaded. */
export interface BufferOptions {
  connection: Connection;
  /** Pays, and is the buffer's authority. */
  payer: Keypair;
  program: PublicKey;
  bytes: Uint8Array;
  /** Folder that keeps the buffer's key, by which an interrupted upload is found again. */
  folder: string;
  /** Micro-lamports a compute unit. */
  priorityFee?: bigint;
  /** Told before anything is sent, and whether an earlier upload goes on. */
  onBuffer?: (address: PublicKey, resumed: boolean) => void;
  onProgress?: (progress: Progress) => void;
}

/** A buffer's key, the file that remembers it, and what is there already. */
export interface OpenBuffer {
  key: Keypair;
  file: string;
  there: ProgramBuffer | null;
}

/** Rounds in a row that may bring nothing before the upload gives up. */
const FRUITLESS_ROUNDS = 4;
/** Pause after a fruitless round, longer after each: a node that limits requests needs some seconds. */
const PAUSE_MS = 1_000;

/**
 * Finds the buffer of an interrupted upload, or picks the key of a new one.
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
        `the interrupted upload ${key.publicKey} belongs to ${there.authority ?? 'nobody'}, not to ${payer.publicKey}: go on with that key, or delete ${file} to begin anew`,
      );
    }
    return { key, file, there };
  }
  mkdirSync(folder, { recursive: true });
  const key = Keypair.generate();
  writeFileSync(file, `${JSON.stringify([...key.secretKey])}\n`, { mode: 0o600 });
  return { key, file, there: null };
}

/**
 * Makes the buffer hold exactly the program's bytes, sending only what isn't there yet.
 * @throws DeployError `write-failed`; what was written stays and the next call goes on from there
 */
export async function fillBuffer(open: OpenBuffer, options: BufferOptions): Promise<PublicKey> {
  const { connection, payer, bytes } = options;
  const buffer = open.key.publicKey;
  // The loader takes a buffer whole, so one of another length is of another binary.
  const reusable = open.there?.bytes.length === bytes.length;
  options.onBuffer?.(buffer, reusable);
  if (open.there && !reusable) {
    const recipient = payer.publicKey;
    await sendAndConfirm(connection, payer, [closeBuffer({ buffer, recipient, authority: recipient })]);
  }
  if (!reusable) await createBuffer(open.key, options);

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
        `${missing.length} chunks could not be written (${failure ?? 'the node does not show them'}); run the same command again to go on`,
      );
    }
    await wait(fruitless * PAUSE_MS);
  }
}

/** Forgets a buffer that has become a program or was handed on. */
export const forgetBuffer = ({ file }: OpenBuffer): void => rmSync(file, { force: true });

async function createBuffer(key: Keypair, { connection, payer, bytes }: BufferOptions): Promise<void> {
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
  await sendAndConfirm(connection, payer, instructions, { signers: [key] });
}
