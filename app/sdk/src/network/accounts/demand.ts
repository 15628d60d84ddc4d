import type { Connection, PublicKey } from '@solana/web3.js';
import { big } from '../../core/anchor-values';
import { demandAddress } from '../addresses';
import { decode, PROGRAM_ID } from '../program';

/** A demand to show a leaf of a pending epoch. */
export interface Demand {
  network: PublicKey;
  demander: PublicKey;
  epoch: bigint;
  attempt: number;
  index: number;
  /** Lamports for whoever shows the leaf. */
  bond: bigint;
  /** Chain time, unix seconds. */
  openedAt: bigint;
  /** Total seconds that the network had been paused then: later pauses extend the time to answer. */
  pausedBefore: bigint;
  openedSlot: bigint;
}

/** @throws AccountError `account-malformed` */
export function decodeDemand(address: PublicKey, data: Uint8Array): Demand {
  const { network, demander, epoch, attempt, index, ...raw } = decode('demand', address, data);
  const [bond, openedAt, pausedBefore] = [big(raw.bond), big(raw.openedAt), big(raw.pausedBefore)];
  const openedSlot = big(raw.openedSlot);
  return { network, demander, epoch: big(epoch), attempt, index, bond, openedAt, pausedBefore, openedSlot };
}

/** Fetches the demand for a leaf; null if there is none. @throws AccountError */
export async function fetchDemand(
  connection: Connection,
  at: Parameters<typeof demandAddress>[0],
): Promise<Demand | null> {
  const address = demandAddress(at);
  const info = await connection.getAccountInfo(address);
  return info?.owner.equals(PROGRAM_ID) ? decodeDemand(address, info.data) : null;
}
