import {
  AddressLookupTableProgram,
  type Connection,
  type PublicKey,
  SYSVAR_SLOT_HASHES_PUBKEY,
} from '@solana/web3.js';
import type { LookupTable } from '../settlement';
import { CrankError } from './errors';
import { inBatches } from './parallel';

// A table's account: type u32 | deactivation slot u64 | last extended slot u64 | its first index u8 |
// authority Option<Pubkey> | padding u16 | addresses.
const DEACTIVATION_OFFSET = 4;
const EXTENDED_OFFSET = 12;
const AUTHORITY_OFFSET = 22;
const HEADER_BYTES = 56;
const NEVER = 2n ** 64n - 1n;
const READ_BATCH = 32;

/** A lookup table's account. */
export interface TableAccount extends LookupTable {
  /** Slot of its deactivation; null: it can be used. */
  readonly deactivatedAt: bigint | null;
  /** Its last addresses can be looked up in later slots only. */
  readonly extendedAt: bigint;
  readonly lamports: number;
}

/** Every lookup table of an authority's that begins with a network, deactivated ones included. @throws CrankError */
export async function findTables(
  connection: Connection,
  authority: PublicKey,
  network: PublicKey,
): Promise<TableAccount[]> {
  const filters = [
    { memcmp: { offset: AUTHORITY_OFFSET, bytes: authority.toBase58() } },
    { memcmp: { offset: HEADER_BYTES, bytes: network.toBase58() } },
  ];
  try {
    const found = await connection.getProgramAccounts(AddressLookupTableProgram.programId, {
      commitment: 'confirmed',
      filters,
    });
    const tables = found.map(({ pubkey, account }) => decode(pubkey, account.data, account.lamports));
    return tables.sort((a, b) => (a.address.toBase58() < b.address.toBase58() ? -1 : 1));
  } catch (cause) {
    throw new CrankError(
      'no-table-search',
      `${connection.rpcEndpoint} doesn't let lookup tables be searched (getProgramAccounts): use another node, or no tables`,
      { cause },
    );
  }
}

/** The tables at these addresses; null where there is none. */
export async function readTables(
  connection: Connection,
  addresses: readonly PublicKey[],
): Promise<(TableAccount | null)[]> {
  const parts = await inBatches(addresses, READ_BATCH, (batch) =>
    connection.getMultipleAccountsInfo(batch, 'confirmed'),
  );
  return parts
    .flat()
    .map((info, i) =>
      info?.owner.equals(AddressLookupTableProgram.programId)
        ? decode(addresses[i]!, info.data, info.lamports)
        : null,
    );
}

function decode(address: PublicKey, data: Buffer, lamports: number): TableAccount {
  const deactivation = data.readBigUInt64LE(DEACTIVATION_OFFSET);
  return {
    address,
    addresses: Uint8Array.from(data.subarray(HEADER_BYTES)),
    deactivatedAt: deactivation === NEVER ? null : deactivation,
    extendedAt: data.readBigUInt64LE(EXTENDED_OFFSET),
    lamports,
  };
}

/** Recent slots that a new table's address may be derived from, newest first: those that the chain itself remembers. */
export async function recentSlots(connection: Connection): Promise<number[]> {
  const info = await connection.getAccountInfo(SYSVAR_SLOT_HASHES_PUBKEY, 'confirmed');
  if (!info) return [];
  const count = Number(info.data.readBigUInt64LE(0));
  return Array.from({ length: count }, (_, i) => Number(info.data.readBigUInt64LE(8 + 40 * i)));
}
