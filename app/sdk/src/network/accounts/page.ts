import { type Commitment, type Connection, PublicKey } from '@solana/web3.js';
import { malformedAccount } from '../../core/program';
import { pageAddress } from '../addresses';
import { PAGE_SLOTS } from '../pages';
import { coder, PROGRAM_ID } from '../program';

/** A page: the amounts that 1,024 consecutive devices have been paid since the start. */
export interface PageAccount {
  payer: PublicKey;
  /** Base units, 1,024 slots. */
  paid: BigUint64Array;
}

const PAGE_DISCRIMINATOR = coder.accounts.accountDiscriminator('page');

/** @throws AccountError `account-malformed` */
export function decodePage(address: PublicKey, data: Uint8Array): PageAccount {
  // Slots are read in place: Anchor's coder would make an object of each, which is slow for 1,024.
  const head = PAGE_DISCRIMINATOR.length + 32 + 4 + 20;
  const isPage = PAGE_DISCRIMINATOR.equals(data.subarray(0, PAGE_DISCRIMINATOR.length));
  if (!isPage || data.length !== head + 8 * PAGE_SLOTS) throw malformedAccount('page', address);
  const payer = new PublicKey(data.subarray(PAGE_DISCRIMINATOR.length, PAGE_DISCRIMINATOR.length + 32));
  return { payer, paid: new BigUint64Array(Uint8Array.from(data.subarray(head)).buffer) };
}

/** Fetches pages by number; null for those not opened yet. @throws AccountError */
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
