import { destination, type LedgerEntry, openPage, PAGE_SLOTS, pageAddress, toHex } from '@commonwire/sdk';
import {
  AccountLayout,
  AccountState,
  createAssociatedTokenAccountIdempotentInstruction,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import { type AccountInfo, type Connection, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { OracleError } from './errors';

/** Most accounts a node returns at once, and most token accounts one transaction creates. */
const READ_BATCH = 100;
const CREATE_BATCH = 8;

interface Context {
  readonly connection: Connection;
  readonly network: PublicKey;
  readonly mint: PublicKey;
  readonly payer: PublicKey;
  send(instructions: readonly TransactionInstruction[]): Promise<unknown>;
}

/**
 * Opens the pages and token accounts that payments need and that don't exist yet.
 * @returns whether an owner can be paid: not if their token account was given away or is frozen, which must not stop
 * the payment of others.
 */
export async function prepareDestinations(
  context: Context,
  { entries, paid }: { entries: readonly LedgerEntry[]; paid: readonly bigint[] },
): Promise<(owner: Uint8Array) => boolean> {
  const due = entries.flatMap((entry, index) => (entry.earned > paid[index]! ? [{ ...entry, index }] : []));
  await openPages(context, [...new Set(due.map(({ index }) => Math.floor(index / PAGE_SLOTS)))]);
  const owners = [...new Map(due.map(({ owner }) => [toHex(owner), new PublicKey(owner)])).values()];
  const accounts = owners.map((owner) => destination({ owner, mint: context.mint }).address);
  const found = await read(context.connection, accounts);
  const missing = owners.filter((_, i) => found[i] === null);
  for (let at = 0; at < missing.length; at += CREATE_BATCH)
    await context.send(missing.slice(at, at + CREATE_BATCH).map((owner) => creation(context, owner)));
  const refused = owners.filter((owner, i) => found[i] && !canReceive(found[i], owner));
  const unpayable = new Set(refused.map((owner) => toHex(owner.toBytes())));
  return (owner) => !unpayable.has(toHex(owner));
}

async function openPages(
  { connection, network, payer, send }: Context,
  numbers: readonly number[],
): Promise<void> {
  const found = await read(
    connection,
    numbers.map((number) => pageAddress({ network, number })),
  );
  for (const [i, number] of numbers.entries())
    if (!found[i]) await send([openPage({ network, number, payer })]);
}

const creation = ({ mint, payer }: Context, owner: PublicKey): TransactionInstruction =>
  createAssociatedTokenAccountIdempotentInstruction(payer, destination({ owner, mint }).address, owner, mint);

function canReceive(account: AccountInfo<Buffer>, owner: PublicKey): boolean {
  if (!account.owner.equals(TOKEN_PROGRAM_ID) || account.data.length !== AccountLayout.span) return false;
  const token = AccountLayout.decode(account.data);
  return token.state === AccountState.Initialized && token.owner.equals(owner);
}

async function read(
  connection: Connection,
  addresses: readonly PublicKey[],
): Promise<readonly (AccountInfo<Buffer> | null)[]> {
  const found: (AccountInfo<Buffer> | null)[] = [];
  for (let at = 0; at < addresses.length; at += READ_BATCH)
    found.push(
      ...(await connection.getMultipleAccountsInfo(addresses.slice(at, at + READ_BATCH), 'confirmed')),
    );
  if (found.length !== addresses.length)
    throw new OracleError(
      'bad-rpc-answer',
      'the RPC node returned another number of accounts than asked for',
    );
  return found;
}
