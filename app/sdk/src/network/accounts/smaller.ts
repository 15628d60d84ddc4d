/** The accounts around a network's own: its registry and pages, and what is kept of a device's owner, an oracle, a challenge. */
import { type Commitment, type Connection, PublicKey } from '@solana/web3.js';
import { big, bytes, decode, malformed, own } from './decode';
import { ownerRecordAddress, PAGE_SLOTS, pageAddress, registryAddress } from '../addresses';
import { coder, PROGRAM_ID } from '../program';

/** A network's registry account. */
export interface RegistryAccount {
  network: PublicKey;
  /** Running hash over every change. */
  hash: Uint8Array;
  /** 24 hashes. */
  frontier: Uint8Array[];
  deviceCount: number;
}

/** A page: what 1,024 neighbouring devices were paid since the start. */
export interface PageAccount {
  payer: PublicKey;
  /** Base units, 1,024 slots. */
  paid: BigUint64Array;
}

/** The last change of who a device earns for. */
export interface OwnerRecord {
  network: PublicKey;
  index: number;
  owner: PublicKey;
  /** First epoch whose ledger shows it. */
  effectiveEpoch: bigint;
  retired: boolean;
}

/** Lamports behind an oracle. */
export interface Bond {
  network: PublicKey;
  oracle: Uint8Array;
  depositor: PublicKey;
  lamports: bigint;
  /** Chain time from which they can be withdrawn; 0n: not asked for. */
  unlocksAt: bigint;
}

/** A device's leaf under the root of `epoch`, kept for a challenge. */
export interface Witness {
  payer: PublicKey;
  network: PublicKey;
  index: number;
  epoch: bigint;
  owner: PublicKey;
  earned: bigint;
}

/** @throws AccountError `account_malformed` */
export function decodeRegistry(address: PublicKey, data: Uint8Array): RegistryAccount {
  const { network, hash, frontier, deviceCount } = decode('registry', address, data);
  return { network, hash: bytes(hash), frontier: frontier.map(bytes), deviceCount };
}

const PAGE_DISCRIMINATOR = coder.accounts.accountDiscriminator('page');

/** @throws AccountError `account_malformed` */
export function decodePage(address: PublicKey, data: Uint8Array): PageAccount {
  // Slots are read in place: Anchor's coder makes an object of each, which is slow for 1,024.
  const head = PAGE_DISCRIMINATOR.length + 32 + 4 + 20;
  const isPage = PAGE_DISCRIMINATOR.equals(data.subarray(0, PAGE_DISCRIMINATOR.length));
  if (!isPage || data.length !== head + 8 * PAGE_SLOTS) throw malformed('page', address);
  const payer = new PublicKey(data.subarray(PAGE_DISCRIMINATOR.length, PAGE_DISCRIMINATOR.length + 32));
  return { payer, paid: new BigUint64Array(Uint8Array.from(data.subarray(head)).buffer) };
}

/** @throws AccountError `account_malformed` */
export function decodeOwnerRecord(address: PublicKey, data: Uint8Array): OwnerRecord {
  const { network, index, owner, effectiveEpoch, retired } = decode('ownerRecord', address, data);
  return { network, index, owner, effectiveEpoch: big(effectiveEpoch), retired: retired === 1 };
}

/** @throws AccountError `account_malformed` */
export function decodeBond(address: PublicKey, data: Uint8Array): Bond {
  const { network, oracle, depositor, lamports, unlocksAt } = decode('bond', address, data);
  return { network, oracle: bytes(oracle), depositor, lamports: big(lamports), unlocksAt: big(unlocksAt) };
}

/** @throws AccountError `account_malformed` */
export function decodeWitness(address: PublicKey, data: Uint8Array): Witness {
  const { payer, network, index, epoch, owner, earned } = decode('witness', address, data);
  return { payer, network, index, epoch: big(epoch), owner, earned: big(earned) };
}

/** The record of a device's last change of owner; null where there was none. @throws AccountError */
export async function fetchOwnerRecord(
  connection: Connection,
  at: { network: PublicKey; index: number },
  commitment?: Commitment,
): Promise<OwnerRecord | null> {
  const address = ownerRecordAddress(at);
  const info = await connection.getAccountInfo(address, commitment);
  return info?.owner.equals(PROGRAM_ID) ? decodeOwnerRecord(address, info.data) : null;
}

/** @throws AccountError */
export async function fetchRegistry(
  connection: Connection,
  network: PublicKey,
  commitment?: Commitment,
): Promise<RegistryAccount> {
  const address = registryAddress(network);
  return decodeRegistry(
    address,
    own(address, await connection.getAccountInfo(address, commitment), 'registry'),
  );
}

/** Pages by number; null where one isn't open yet. @throws AccountError */
export async function fetchPages(
  connection: Connection,
  network: PublicKey,
  numbers: readonly number[],
  commitment?: Commitment,
): Promise<(PageAccount | null)[]> {
  const addresses = numbers.map((number) => pageAddress({ network, number }));
  const infos = await connection.getMultipleAccountsInfo(addresses, commitment);
  return infos.map((info, i) =>
    info?.owner.equals(PROGRAM_ID) ? decodePage(addresses[i]!, info.data) : null,
  );
}
