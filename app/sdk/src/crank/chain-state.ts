import { AccountLayout, AccountState as TokenState } from '@solana/spl-token';
import { type AccountInfo, type Connection, type PublicKey, SystemProgram } from '@solana/web3.js';
import { fetchPages, type PageAccount } from '../accounts';
import { equal } from '../bytes';
import { PAGE_SLOTS } from '../pda';
import type { Payroll } from '../settlement/payroll';
import { AccountState, type TokenAccounts } from '../settlement/token-accounts';
import { inBatches } from './parallel';

/** Most accounts that a node returns at once; pages have 8 kB each, so fewer of them. */
const READ_BATCH = 100;
const PAGE_BATCH = 32;
/**
 * Leaves with nothing due, between two that have, whose accounts are read too: named in a run they take less room than
 * skipped. In longer gaps a run ends.
 */
const NAMED_GAP = 8;

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
 * Reads the token accounts of everybody with something due; with `named`, those of neighbours between them too. States
 * once found payable are kept: whoever closed an account since is found out by the settlement.
 */
export async function readAccounts(
  connection: Connection,
  network: PublicKey,
  payroll: Payroll,
  accounts: TokenAccounts,
  named: boolean,
  progress: (done: number, total: number) => void,
): Promise<void> {
  const wanted = [...wantedOwners(payroll, named)];
  const self = network.toBytes();
  let done = 0;
  await inBatches(wanted, READ_BATCH, async (owners) => {
    const infos = await connection.getMultipleAccountsInfo(
      owners.map((owner) => accounts.publicKey(owner)),
      'confirmed',
    );
    for (const [i, owner] of owners.entries()) {
      const wallet = accounts.owners[owner]!;
      accounts.state[owner] = equal(wallet, self)
        ? AccountState.unusable
        : stateOf(infos[i] ?? null, wallet, accounts.tokenProgram);
    }
    done += owners.length;
    progress(done, wanted.length);
  });
}

function wantedOwners({ count, due, ownerOf }: Payroll, named: boolean): Set<number> {
  const owners = new Set<number>();
  let last = -1;
  for (let index = 0; index < count; index++) {
    if (due[index] === 0n) continue;
    if (named && last >= 0 && index - last <= NAMED_GAP)
      for (let between = last + 1; between < index; between++) owners.add(ownerOf[between]!);
    owners.add(ownerOf[index]!);
    last = index;
  }
  return owners;
}

function stateOf(info: AccountInfo<Buffer> | null, owner: Uint8Array, tokenProgram: PublicKey): AccountState {
  // Somebody may have sent lamports to the address before there was an account: one can still be made.
  if (!info || info.owner.equals(SystemProgram.programId)) return AccountState.missing;
  // Token-2022 puts extensions after what both programs keep.
  if (!info.owner.equals(tokenProgram) || info.data.length < AccountLayout.span) return AccountState.unusable;
  if (!equal(info.data.subarray(32, 64), owner)) return AccountState.unusable;
  const state = info.data[STATE_OFFSET];
  if (state === TokenState.Frozen) return AccountState.frozen;
  return state === TokenState.Initialized ? AccountState.payable : AccountState.unusable;
}

const STATE_OFFSET = AccountLayout.offsetOf('state') ?? 108;
