import { setTimeout as wait } from 'node:timers/promises';
import { sendAndConfirm, TransactionFailed } from '@commonwire/sdk/core';
import {
  AccountLayout,
  createCloseAccountInstruction,
  createTransferInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import type { Connection, Keypair, PublicKey } from '@solana/web3.js';

const POLL_MS = 400;

/**
 * Gives all tokens of an owner to another one and closes the associated token account, once there is one. Tries again if
 * more arrives meanwhile: only an empty one can be closed.
 */
export async function closeTokens(
  connection: Connection,
  { owner, mint, to }: { owner: Keypair; mint: PublicKey; to: PublicKey },
): Promise<void> {
  const account = getAssociatedTokenAddressSync(mint, owner.publicKey);
  const other = getAssociatedTokenAddressSync(mint, to);
  for (;;) {
    const infos = await connection.getMultipleAccountsInfo([account, other]);
    const [own, others] = infos.map((info) => info && AccountLayout.decode(info.data));
    if (!own || !others || own.amount === 0n) {
      await wait(POLL_MS);
      continue;
    }
    const instructions = [
      createTransferInstruction(account, other, owner.publicKey, own.amount),
      createCloseAccountInstruction(account, owner.publicKey, owner.publicKey),
    ];
    const isClosed = await sendAndConfirm(connection, owner, instructions).then(
      () => true,
      (error: unknown) => {
        if (error instanceof TransactionFailed) return false;
        throw error;
      },
    );
    if (isClosed) return;
  }
}
