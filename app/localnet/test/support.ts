import {
  Connection,
  Keypair,
  LAMPORTS_PER_SOL,
  type PublicKey,
  SystemProgram,
  Transaction,
  type TransactionInstruction,
} from '@solana/web3.js';
import { type Localnet, type LocalnetOptions, startLocalnet } from '../src';

/** A running chain with a client and a funded payer. */
export interface Fixture {
  localnet: Localnet;
  connection: Connection;
  payer: Keypair;
}

export async function startFixture(options: LocalnetOptions = {}): Promise<Fixture> {
  const localnet = await startLocalnet({ slotMs: 25, ...options });
  const connection = new Connection(localnet.rpcUrl, 'confirmed');
  const payer = Keypair.generate();
  await connection.requestAirdrop(payer.publicKey, 1000 * LAMPORTS_PER_SOL);
  return { localnet, connection, payer };
}

/** Calls the JSON-RPC interface with raw bytes, which no client library would send. */
export async function post(
  localnet: Localnet,
  body: string,
  headers = { 'content-type': 'application/json' },
) {
  const response = await fetch(localnet.rpcUrl, { method: 'POST', body, headers });
  const text = await response.text();
  return {
    status: response.status,
    json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  };
}

export const transfer = (from: PublicKey, to: PublicKey, lamports: number): TransactionInstruction =>
  SystemProgram.transfer({ fromPubkey: from, toPubkey: to, lamports });

/** Signs a transaction with the newest blockhash at the connection's commitment. */
export async function signed(
  connection: Connection,
  payer: Keypair,
  ...instructions: TransactionInstruction[]
) {
  const latest = await connection.getLatestBlockhash();
  const transaction = new Transaction({ feePayer: payer.publicKey, ...latest }).add(...instructions);
  transaction.sign(payer);
  return { transaction, latest };
}

/** Returns the error with which a promise rejects; fails if it doesn't. */
export async function rejection<E extends Error>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error('expected a rejection');
}
