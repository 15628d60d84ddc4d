import { type Connection, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import type { TestChain } from './test-chain';

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

/** The most that pass on a cluster between a transaction and the look at what it wrote. */
const CLUSTER_SECONDS = 20;

/** Seconds by which chain time may run on between a transaction and the next look: none on a chain that stands still. */
export const driftOf = ({ setAccount }: TestChain): number =>
  setAccount === undefined ? CLUSTER_SECONDS : 0;
