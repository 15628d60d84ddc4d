import { awaitTransaction, compile, TransactionFailed } from '@commonwire/sdk/core';
import { PublicKey, type VersionedTransaction } from '@solana/web3.js';
import type { TestChain } from '../chain';
import type { Case } from './case';

const UNITS = { computeUnitLimit: 400_000 };

async function build({ connection, payer }: TestChain, { instructions, signers }: Case) {
  const latest = await connection.getLatestBlockhash('processed');
  const transaction: VersionedTransaction = compile(payer.publicKey, latest.blockhash, instructions, UNITS);
  transaction.sign([payer, ...signers]);
  return transaction;
}

/** The outcome of simulating a transaction: null, or why it would fail. */
export async function simulate(chain: TestChain, of: Case): Promise<string | null> {
  const transaction = await build(chain, of);
  const options = { sigVerify: true, commitment: 'processed' } as const;
  const { value } = await chain.connection.simulateTransaction(transaction, options);
  return value.err ? `${JSON.stringify(value.err)} ${value.logs?.join(' ')}` : null;
}

/** Sends a transaction, past the node's own simulation, and waits for it. @returns null, or why it failed */
export async function send(chain: TestChain, of: Case): Promise<string | null> {
  const transaction = await build(chain, of);
  const { connection } = chain;
  const signature = await connection.sendTransaction(transaction, { skipPreflight: true });
  const error = await awaitTransaction(connection, signature).then(
    () => null,
    (reason: unknown) => {
      if (reason instanceof TransactionFailed) return reason.message;
      throw reason;
    },
  );
  return error;
}

/** Lamports, owner and data of accounts, in order. */
export async function read({ connection }: TestChain, addresses: readonly string[]): Promise<string[]> {
  const infos = [];
  for (let at = 0; at < addresses.length; at += 100) {
    const keys = addresses.slice(at, at + 100).map((address) => new PublicKey(address));
    infos.push(...(await connection.getMultipleAccountsInfo(keys)));
  }
  return infos.map((info, at) =>
    info
      ? `${addresses[at]} ${info.lamports} ${info.owner} ${info.data.toString('base64')}`
      : `${addresses[at]} none`,
  );
}
