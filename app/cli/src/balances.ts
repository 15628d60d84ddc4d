import { holdingIn } from '@commonwire/sdk/assets';
import { acceptedVersion, compile, formatSol, TransactionFailed, tokens } from '@commonwire/sdk/core';
import { type AccountInfo, type Connection, PublicKey, type TransactionInstruction } from '@solana/web3.js';

/** An account whose balance a command shows before and after. */
export interface Watched {
  /** Such as `your shares`. */
  what: string;
  account: PublicKey;
  unit: 'SOL' | 'tokens' | 'shares' | 'weight';
  /** Of the token. */
  decimals: number;
  /** Where the amount is, if the account isn't a token account; null: the account isn't there. */
  read?: (info: AccountInfo<Buffer> | null) => bigint;
}

/** The SOL of an account. */
export const solOf = (what: string, account: PublicKey): Watched => ({
  what,
  account,
  unit: 'SOL',
  decimals: 9,
  read: (info) => BigInt(info?.lamports ?? 0),
});

/** A balance in base units, or in lamports, before and after a command. */
export interface Change {
  watched: Watched;
  before: bigint;
  after: bigint;
}

const balanceOf = ({ account, read }: Watched, info: AccountInfo<Buffer> | null): bigint =>
  read ? read(info) : holdingIn(account, info).amount;

/** Reads balances; those of missing accounts are 0. */
export async function readBalances(connection: Connection, watched: readonly Watched[]): Promise<bigint[]> {
  const found = await connection.getMultipleAccountsInfo(watched.map(({ account }) => account));
  return watched.map((one, at) => balanceOf(one, found[at] ?? null));
}

/**
 * Simulates transactions that don't depend on each other, signed by nobody.
 * @returns what they would change @throws TransactionFailed
 */
export async function simulateChanges(
  connection: Connection,
  payer: PublicKey,
  transactions: readonly (readonly TransactionInstruction[])[],
  watched: readonly Watched[],
): Promise<Change[]> {
  const before = await readBalances(connection, watched);
  const after = [...before];
  for (const instructions of transactions) {
    const simulated = await simulate(connection, payer, instructions, watched);
    for (const [at, balance] of simulated) after[at]! += balance - before[at]!;
  }
  return watched.map((one, at) => ({ watched: one, before: before[at]!, after: after[at]! }));
}

/** The balances of the accounts that a transaction uses, by their place in `watched`. */
async function simulate(
  connection: Connection,
  payer: PublicKey,
  instructions: readonly TransactionInstruction[],
  watched: readonly Watched[],
): Promise<[number, bigint][]> {
  const version = await acceptedVersion(connection);
  const { blockhash } = await connection.getLatestBlockhash();
  const transaction = compile(payer, blockhash, instructions, { version });
  const used = new Set(
    [payer, ...instructions.flatMap(({ keys }) => keys.map(({ pubkey }) => pubkey))].map(String),
  );
  const asked = [...watched.entries()].filter(([, { account }]) => used.has(account.toBase58()));
  const { value } = await connection.simulateTransaction(transaction, {
    replaceRecentBlockhash: true,
    accounts: { encoding: 'base64', addresses: asked.map(([, { account }]) => account.toBase58()) },
  });
  if (value.err) throw new TransactionFailed(value.err, value.logs ?? [], { transaction });
  return asked.map(([at, one], i) => {
    const raw = value.accounts?.[i];
    const info = raw && {
      ...raw,
      owner: new PublicKey(raw.owner),
      data: Buffer.from(raw.data[0] ?? '', 'base64'),
    };
    return [at, balanceOf(one, info ?? null)];
  });
}

const shown = ({ unit, decimals }: Watched, amount: bigint): string =>
  unit === 'SOL' ? formatSol(amount, ',') : tokens(amount, decimals);

/** One line for each balance that changes. */
export function changeLines(changes: readonly Change[]): string[] {
  const width = Math.max(0, ...changes.map(({ watched }) => watched.what.length)) + 2;
  return changes
    .filter(({ before, after }) => before !== after)
    .map(({ watched, before, after }) => {
      const sign = after > before ? '+' : '';
      const unit = watched.unit === 'SOL' ? ' SOL' : '';
      const [from, to, by] = [before, after, after - before].map((amount) => shown(watched, amount));
      return `${watched.what.padEnd(width)}${from} -> ${to}${unit} (${sign}${by})`;
    });
}

/** Amounts are base units or lamports, as text. */
export const changesJson = (changes: readonly Change[]) =>
  changes.map(({ watched, before, after }) => ({
    what: watched.what,
    account: watched.account.toBase58(),
    unit: watched.unit,
    before: `${before}`,
    after: `${after}`,
  }));
