import type { Commitment, Connection, PublicKey } from '@solana/web3.js';
import { big } from '../../core/anchor-values';
import { ownerRecordAddress } from '../addresses';
import { decode, PROGRAM_ID } from '../program';

/** The last change of a device's owner. */
export interface OwnerRecord {
  network: PublicKey;
  index: number;
  owner: PublicKey;
  /** The owner until then. */
  previousOwner: PublicKey;
  /** First epoch whose ledger shows it. */
  effectiveEpoch: bigint;
  retired: boolean;
}

/** @throws AccountError `account-malformed` */
export function decodeOwnerRecord(address: PublicKey, data: Uint8Array): OwnerRecord {
  const { network, index, owner, previousOwner, ...raw } = decode('ownerRecord', address, data);
  const effectiveEpoch = big(raw.effectiveEpoch);
  return { network, index, owner, previousOwner, effectiveEpoch, retired: raw.retired === 1 };
}

/** Fetches the record of a device's last change of owner; null if there was none. @throws AccountError */
export async function fetchOwnerRecord(
  connection: Connection,
  at: { network: PublicKey; index: number },
  commitment?: Commitment,
): Promise<OwnerRecord | null> {
  const address = ownerRecordAddress(at);
  const info = await connection.getAccountInfo(address, commitment);
  return info?.owner.equals(PROGRAM_ID) ? decodeOwnerRecord(address, info.data) : null;
}
