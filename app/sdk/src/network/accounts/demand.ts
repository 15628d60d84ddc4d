import type { Connection, PublicKey } from '@solana/web3.js';
import { big } from '../../core/anchor-values';
import { demandAddress } from '../addresses';
import { decode, PROGRAM_ID } from '../program';
import { type NetworkAccount, pausedSeconds } from './network';

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

/** Whether a demand is about the epoch that is pending now, in the same attempt. */
export const isAboutPending = (
  { epoch, attempt }: Pick<Demand, 'epoch' | 'attempt'>,
  { pending }: Pick<NetworkAccount, 'pending'>,
): boolean => pending?.epoch === epoch && pending.attempt === attempt;

/**
 * Returns the last chain time at which the leaf counts as shown in time if nothing is paused from `now` on; null if the demand
 * isn't about the pending epoch. It can still be shown later, until somebody closes the demand.
 */
export function answerableUntil(demand: Demand, account: NetworkAccount, now: bigint): bigint | null {
  if (!account.pending || !isAboutPending(demand, account)) return null;
  const paused = pausedSeconds(account, now) - demand.pausedBefore;
  return demand.openedAt + BigInt(account.pending.answerSeconds) + paused;
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
