import type { PublicKey } from '@solana/web3.js';
import { big, bytes } from '../../core/anchor-values';
import { decode } from '../program';

/** An oracle's approval of an epoch's message. */
export interface Approval {
  network: PublicKey;
  /** 32 bytes. */
  oracle: Uint8Array;
  /** SHA-256 of the message. */
  messageHash: Uint8Array;
  /** Paid the rent, and gets it back. */
  payer: PublicKey;
  epoch: bigint;
  committeeVersion: number;
  attempt: number;
}

/** @throws AccountError `account-malformed` */
export function decodeApproval(address: PublicKey, data: Uint8Array): Approval {
  const { network, payer, committeeVersion, attempt, ...raw } = decode('approval', address, data);
  const [oracle, messageHash] = [bytes(raw.oracle), bytes(raw.messageHash)];
  return { network, oracle, messageHash, payer, epoch: big(raw.epoch), committeeVersion, attempt };
}
