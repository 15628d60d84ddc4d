import { awaitTransaction } from '@commonwire/sdk/core';
import { type Connection, Keypair, LAMPORTS_PER_SOL } from '@solana/web3.js';

/** A new wallet with so many SOL. */
export async function fund(connection: Connection, sol: number): Promise<Keypair> {
  const wallet = Keypair.generate();
  const signature = await connection.requestAirdrop(wallet.publicKey, Math.round(sol * LAMPORTS_PER_SOL));
  await awaitTransaction(connection, signature);
  return wallet;
}

/** The seed that the SDK signs with; web3.js keeps it in front of the public key. */
export const seedOf = (keypair: Keypair): Uint8Array => keypair.secretKey.slice(0, 32);
