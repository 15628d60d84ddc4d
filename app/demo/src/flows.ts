import { MAX_SUPPORTED_TRANSACTION_VERSION } from '@commonwire/sdk/core';
import type { Connection, PublicKey, TokenBalance } from '@solana/web3.js';
import { DemoError } from './errors';

/** Signatures that a node tells at once. */
const SLICE = 1_000;

/** What went in and out of a token account since it was opened, base units. */
export interface Flows {
  in: bigint;
  out: bigint;
}

/**
 * Adds up what every transaction of a token account has changed in it.
 * @throws DemoError `sums-differ` if that isn't what it holds: the node's history is incomplete
 */
export async function flowsOf(connection: Connection, account: PublicKey): Promise<Flows> {
  const flows = { in: 0n, out: 0n };
  for (let before: string | undefined; ; ) {
    const slice = await connection.getSignaturesForAddress(account, { before, limit: SLICE });
    for (const { signature, err } of slice) {
      if (err) continue;
      const change = await changeOf(connection, account, signature);
      if (change > 0n) flows.in += change;
      else flows.out -= change;
    }
    if (slice.length < SLICE) break;
    before = slice.at(-1)!.signature;
  }
  const held = BigInt((await connection.getTokenAccountBalance(account)).value.amount);
  if (held === flows.in - flows.out) return flows;
  throw new DemoError(
    'sums-differ',
    `token account ${account} holds ${held}, but its transactions add up to ${flows.in - flows.out}`,
  );
}

async function changeOf(connection: Connection, account: PublicKey, signature: string): Promise<bigint> {
  const response = await connection.getTransaction(signature, {
    commitment: 'confirmed',
    maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
  });
  if (!response?.meta) throw new DemoError('sums-differ', `the node has no transaction ${signature}`);
  const { transaction, meta } = response;
  const at = transaction.message.staticAccountKeys.findIndex((key) => key.equals(account));
  const amount = (balances: readonly TokenBalance[] | null | undefined) =>
    BigInt(balances?.find(({ accountIndex }) => accountIndex === at)?.uiTokenAmount.amount ?? 0);
  return amount(meta.postTokenBalances) - amount(meta.preTokenBalances);
}
