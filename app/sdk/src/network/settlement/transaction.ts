import { MessageV0, type PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { HASH_BYTES } from '../../core/hash';
import { settle } from '../instructions/settle';
import { MAX_SEGMENT_LEAVES, type SettleSegment, settleWidth } from '../instructions/settle-data';
import type { LedgerEntry, LedgerTree } from '../merkle/ledger';
import { type Leaves, Use } from './leaves';
import { addressKey, type LookupTable } from './lookup-tables';
import type { TokenAccounts } from './token-accounts';

/** What settlements are built from, beside the plan. */
export interface SettlementParts {
  network: PublicKey;
  tree: LedgerTree;
  entries: readonly LedgerEntry[];
  accounts: TokenAccounts;
  leaves: Leaves;
}

/** The `settle` of a run. */
export function settlementInstruction(
  { network, tree, entries, accounts, leaves }: SettlementParts,
  { first, count }: { first: number; count: number },
): TransactionInstruction {
  const segments: SettleSegment[] = [];
  const destinations: PublicKey[] = [];
  const each = (leaf: number) => ({
    bump: accounts.bump(leaves.owner[leaf]!),
    earned: entries[leaf]!.earned,
  });
  for (let leaf = first; leaf < first + count; ) {
    if (leaves.use[leaf] === Use.skip) {
      const last = segments.at(-1);
      if (last?.kind === 'skip' && last.leaves.length < MAX_SEGMENT_LEAVES) {
        segments[segments.length - 1] = { kind: 'skip', leaves: [...last.leaves, tree.leaf(leaf)] };
      } else segments.push({ kind: 'skip', leaves: [tree.leaf(leaf)] });
      leaf += 1;
      continue;
    }
    const end = fleetEnd(leaves, leaf, Math.min(first + count, leaf + MAX_SEGMENT_LEAVES));
    destinations.push(accounts.publicKey(leaves.owner[leaf]!));
    if (end - leaf > 1) {
      const earned = entries.slice(leaf, end).map((entry) => entry.earned);
      segments.push({ kind: 'fleet', bump: each(leaf).bump, earned });
    } else {
      const last = segments.at(-1);
      if (last?.kind === 'each' && last.leaves.length < MAX_SEGMENT_LEAVES) {
        segments[segments.length - 1] = { kind: 'each', leaves: [...last.leaves, each(leaf)] };
      } else segments.push({ kind: 'each', leaves: [each(leaf)] });
    }
    leaf = end;
  }
  const data = { first, width: settleWidth(segments), segments, proof: tree.proveRun(first, count) };
  const { mint, tokenProgram } = accounts;
  return settle({ network, mint, tokenProgram, data, destinations });
}

/** End of the neighbours from `leaf` on that name its owner. */
function fleetEnd({ use, owner }: Leaves, leaf: number, most: number): number {
  let end = leaf + 1;
  while (end < most && use[end] !== Use.skip && owner[end] === owner[leaf]) end += 1;
  return end;
}

/** A lookup table with the places of its addresses: made once, used by many transactions. */
export class IndexedTable {
  readonly #places = new Map<string, number>();

  constructor(readonly table: LookupTable) {
    for (let at = 0; at < table.addresses.length; at += HASH_BYTES) {
      const key = addressKey(table.addresses.subarray(at, at + HASH_BYTES));
      if (!this.#places.has(key)) this.#places.set(key, at / HASH_BYTES);
    }
  }

  place = (key: string): number | undefined => this.#places.get(key);
}

interface Account {
  key: string;
  pubkey: PublicKey;
  isWritable: boolean;
}

/**
 * The message of instructions that only the payer signs. What `compile` makes too, at a tenth of its time: that one
 * compares each key with each address of each table.
 */
export function compileMessage(
  payer: PublicKey,
  blockhash: string,
  instructions: readonly TransactionInstruction[],
  tables: readonly IndexedTable[],
): MessageV0 {
  const payerKey = addressKey(payer.toBytes());
  const accounts = new Map<string, Account>([[payerKey, { key: payerKey, pubkey: payer, isWritable: true }]]);
  const programs = new Set<string>();
  const touch = (pubkey: PublicKey, isWritable: boolean): string => {
    const key = addressKey(pubkey.toBytes());
    const account = accounts.get(key);
    if (account) account.isWritable ||= isWritable;
    else accounts.set(key, { key, pubkey, isWritable });
    return key;
  };
  const named = instructions.map(({ programId, keys, data }) => {
    const program = touch(programId, false);
    programs.add(program);
    return { program, data, keys: keys.map(({ pubkey, isWritable }) => touch(pubkey, isWritable)) };
  });

  const own: Account[] = [];
  const lookups = tables.map(({ table }) => ({
    accountKey: table.address,
    writableIndexes: [] as number[],
    readonlyIndexes: [] as number[],
  }));
  const writable: string[][] = tables.map(() => []);
  const readonly: string[][] = tables.map(() => []);
  for (const account of accounts.values()) {
    const { key, isWritable } = account;
    const at =
      key === payerKey || programs.has(key) ? -1 : tables.findIndex((one) => one.place(key) !== undefined);
    if (at < 0) {
      own.push(account);
      continue;
    }
    const place = tables[at]!.place(key)!;
    (isWritable ? lookups[at]!.writableIndexes : lookups[at]!.readonlyIndexes).push(place);
    (isWritable ? writable : readonly)[at]!.push(key);
  }
  own.sort((a, b) => Number(b.isWritable) - Number(a.isWritable));
  const order = [...own.map(({ key }) => key), ...writable.flat(), ...readonly.flat()];
  const places = new Map(order.map((key, place) => [key, place]));
  return new MessageV0({
    header: {
      numRequiredSignatures: 1,
      numReadonlySignedAccounts: 0,
      numReadonlyUnsignedAccounts: own.filter(({ isWritable }) => !isWritable).length,
    },
    staticAccountKeys: own.map(({ pubkey }) => pubkey),
    recentBlockhash: blockhash,
    compiledInstructions: named.map(({ program, keys, data }) => ({
      programIdIndex: places.get(program)!,
      accountKeyIndexes: keys.map((key) => places.get(key)!),
      data,
    })),
    addressTableLookups: lookups.filter(
      ({ writableIndexes, readonlyIndexes }) => writableIndexes.length + readonlyIndexes.length > 0,
    ),
  });
}
