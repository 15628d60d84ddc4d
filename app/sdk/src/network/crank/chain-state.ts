import {
  ExtensionType,
  getExtensionData,
  TOKEN_2022_PROGRAM_ID,
  AccountState as TokenState,
} from '@solana/spl-token';
import { type Connection, type PublicKey, SystemProgram } from '@solana/web3.js';
import { buffer, equal } from '../../core/bytes';
import { fetchPages, type PageAccount } from '../accounts';
import { PAGE_SLOTS } from '../pages';
import { AccountState, type Payroll, type TokenAccounts } from '../settlement';
import { type AccountSlice, readSlices } from './account-slices';
import { inBatches } from './parallel';

/** Most accounts that a node returns at once; pages have 8 kB each, so fewer of them. */
const READ_BATCH = 100;
const PAGE_BATCH = 32;
/** Pages by number; null where one isn't open. */
export type Pages = readonly (PageAccount | null)[];

/** Every page that devices `0 .. count` are on. */
export async function readPages(connection: Connection, network: PublicKey, count: number): Promise<Pages> {
  const numbers = Array.from({ length: Math.ceil(count / PAGE_SLOTS) }, (_, number) => number);
  const parts = await inBatches(numbers, PAGE_BATCH, (batch) =>
    fetchPages(connection, network, batch, 'confirmed'),
  );
  return parts.flat();
}

/** Paid to a device since the start. */
export const paidOf =
  (pages: Pages) =>
  (index: number): bigint =>
    pages[Math.floor(index / PAGE_SLOTS)]?.paid[index % PAGE_SLOTS] ?? 0n;

/**
 * Reads the token accounts of everybody with something due. States of others stay as they were read before: whoever closed
 * an account since is found out by the settlement.
 */
export async function readAccounts(
  connection: Connection,
  network: PublicKey,
  payroll: Payroll,
  accounts: TokenAccounts,
  progress: (done: number, total: number) => void,
): Promise<void> {
  const wanted = [...wantedOwners(payroll)];
  const self = network.toBytes();
  const tokenProgram = accounts.tokenProgram.toBase58();
  const part = accounts.tokenProgram.equals(TOKEN_2022_PROGRAM_ID) ? OWNER_TO_EXTENSIONS : OWNER_TO_STATE;
  let done = 0;
  await inBatches(wanted, READ_BATCH, async (owners) => {
    const addresses = owners.map((owner) => accounts.address(owner));
    const slices = await readSlices(connection, addresses, part);
    for (const [i, owner] of owners.entries()) {
      const wallet = accounts.owners[owner]!;
      accounts.state[owner] = equal(wallet, self)
        ? AccountState.unusable
        : stateOf(slices[i] ?? null, wallet, tokenProgram);
    }
    done += owners.length;
    progress(done, wanted.length);
  });
}

function wantedOwners({ count, due, ownerOf }: Payroll): Set<number> {
  const owners = new Set<number>();
  for (let index = 0; index < count; index++) if (due[index] !== 0n) owners.add(ownerOf[index]!);
  return owners;
}

/** The part of a token account from its owner to its state: both token programs keep it there. */
const OWNER_TO_STATE = { offset: 32, length: 77 };
const STATE_AT = 76;
/** With Token-2022, on to the extensions that follow: any that an owner can add fit. */
const OWNER_TO_EXTENSIONS = { offset: 32, length: 512 };
/** Where the extensions begin in such a part: after the account's 165 bytes and its type. */
const EXTENSIONS_AT = 165 + 1 - OWNER_TO_EXTENSIONS.offset;

function stateOf(account: AccountSlice | null, owner: Uint8Array, tokenProgram: string): AccountState {
  // Somebody may have sent lamports to the address before there was an account: one can still be made.
  if (!account || account.owner === SYSTEM_PROGRAM) return AccountState.missing;
  const { data } = account;
  const isTheirs = account.owner === tokenProgram && data.length >= OWNER_TO_STATE.length;
  if (!isTheirs || !equal(data.subarray(0, 32), owner)) return AccountState.unusable;
  if (data[STATE_AT] === TokenState.Frozen) return AccountState.frozen;
  if (data[STATE_AT] !== TokenState.Initialized) return AccountState.unusable;
  const extensions = buffer(data.subarray(EXTENSIONS_AT));
  const memo = getExtensionData(ExtensionType.MemoTransfer, extensions);
  return memo?.[0] === 1 ? AccountState.memo : AccountState.payable;
}

const SYSTEM_PROGRAM = SystemProgram.programId.toBase58();
