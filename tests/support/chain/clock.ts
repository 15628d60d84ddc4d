import { type Connection, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';

/** Unix seconds of the Clock sysvar. */
export async function chainTime(connection: Connection): Promise<bigint> {
  const clock = await connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY, 'processed');
  return clock!.data.readBigInt64LE(32);
}

/** Returns once the chain has moved to another slot. */
export function nextSlot(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const id = connection.onSlotChange(() => {
      void connection.removeSlotChangeListener(id);
      resolve();
    });
  });
}
