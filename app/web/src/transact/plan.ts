import { Confirmations, type SentVersion } from '@commonwire/sdk/core';
import { type Address, address, type Instruction } from '@solana/kit';
import { t } from '../text';
import type { Chain, ChainAccount } from './chain';
import { compiled, fits, type Lifetime, signatureOf } from './compiled';
import type { Connected } from './wallets';

/** What the runtime gives a transaction at most; what is sent asks for what its simulation took, and some more. */
export const MOST_UNITS = 1_400_000;
const SPARE_UNITS = 20_000;
const WAITING = { pollMs: 500, resendMs: 2_000, graceMs: 0, patienceMs: 30_000 };
/** Where an account of the token program has its amount. */
const AMOUNT_OFFSET = 64;

/** The chains that wallets know, by genesis hash; any other is somebody's own. */
const CHAINS: Readonly<Record<string, string>> = {
  '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d': 'solana:mainnet',
  EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG: 'solana:devnet',
  '4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY': 'solana:testnet',
};

/** One transaction, simulated. */
export interface PlannedTransaction {
  instructions: readonly Instruction[];
  units: number;
}

/** All that is to be signed, before it is. */
export interface Plan {
  payer: Address;
  version: SentVersion;
  transactions: readonly PlannedTransaction[];
  /** Lamports for signatures. */
  fee: bigint;
}

/** An account whose change is shown before anything is signed. */
export interface Watched {
  account: string;
  /** Of a token account: what its amount is called, and its decimals. Others are watched for the rent that stays in them. */
  tokens?: { name: string; decimals: number };
}

/** What a simulation says of a token account. */
export interface Change {
  name: string;
  decimals: number;
  before: bigint;
  after: bigint;
}

/** The plan of one transaction, with what it changes. */
export interface ActionPlan extends Plan {
  changes: readonly Change[];
  /** Lamports that stay in accounts that it makes. */
  rent: bigint;
}

/** What became of one transaction. */
export type Outcome = 'waiting' | 'confirmed' | 'failed' | 'expired' | 'unknown';

/** A transaction that would fail. */
export class Refused extends Error {}

/** Why a simulation failed, in words. @param explain the program's own reason, if it is known */
export function refusal(
  err: unknown,
  logs: readonly string[],
  explain: (err: unknown, logs: readonly string[]) => string | undefined = () => undefined,
): Error {
  const text = JSON.stringify(err);
  if (/AccountNotFound|InsufficientFunds|Custom":1[,}\]]/.test(text)) return new Error(t('collect.noSol'));
  const said = explain(err, logs) ?? logs.findLast((line) => /error/i.test(line)) ?? logs.at(-1);
  return new Refused(t('collect.refused', { reason: said ?? text }));
}

/** The limit to ask for, after what a simulation took. */
export const unitsFor = (units: number): number =>
  Math.min(units + Math.ceil(units / 5) + SPARE_UNITS, MOST_UNITS);

/** Simulates one transaction, and says what it changes. @throws Error that says why it would be refused */
export async function planAction(given: {
  chain: Chain;
  wallet: Connected;
  instructions: readonly Instruction[];
  watched: readonly Watched[];
  explain?: (err: unknown, logs: readonly string[]) => string | undefined;
}): Promise<ActionPlan> {
  const { chain, wallet, instructions, watched, explain } = given;
  const payer = address(wallet.address);
  const version = wallet.takesV1 ? 1 : 0;
  const accounts = watched.map(({ account }) => account);
  const before = await chain.accounts(accounts);
  const lifetime = await chain.blockhash();
  const { wire, message } = compiled(payer, instructions, { version, lifetime, units: MOST_UNITS });
  if (!fits(wire, version)) throw new Error(t('flow.tooLong'));
  const { err, logs, units, accounts: after } = await chain.simulate(wire, accounts);
  if (err !== null) throw refusal(err, logs, explain);
  const changes = watched.flatMap(({ tokens }, at) =>
    tokens ? [{ ...tokens, before: amountOf(before[at]), after: amountOf(after[at]) }] : [],
  );
  const made = after.filter((account, at) => account && !before[at]);
  return {
    payer,
    version,
    transactions: [{ instructions, units: unitsFor(units) }],
    fee: await chain.fee(message),
    changes: changes.filter((change) => change.before !== change.after),
    rent: made.reduce((sum, account) => sum + BigInt(account!.lamports), 0n),
  };
}

/** Base units in a token account; 0 where there is none. */
export const amountOf = (account: ChainAccount | null | undefined): bigint =>
  account ? new DataView(account.data.buffer, account.data.byteOffset).getBigUint64(AMOUNT_OFFSET, true) : 0n;

/**
 * Has the wallet sign all of a plan, sends it and follows each transaction until its fate is known.
 * @param tell told of each transaction by its place
 * @throws whatever the wallet throws if it doesn't sign: then nothing was sent
 */
export async function carryOut(
  chain: Chain,
  plan: Plan,
  wallet: Connected,
  tell: (place: number, outcome: Outcome, signature: string) => void,
): Promise<void> {
  const { payer, version, transactions } = plan;
  const lifetime: Lifetime = await chain.blockhash();
  const wires = transactions.map(
    ({ instructions, units }) => compiled(payer, instructions, { version, lifetime, units }).wire,
  );
  const name = CHAINS[await chain.genesisHash()] ?? 'solana:localnet';
  const signed = await wallet.sign(wires, name);
  const signal = new AbortController().signal;
  const confirmations = new Confirmations(chain, { ...WAITING, signal });
  await Promise.all(
    signed.map(async (wire, place) => {
      const signature = signatureOf(wire);
      tell(place, 'waiting', signature);
      // A node that complains may have taken it all the same, and one that refused it now may take it when it is sent
      // again: its status tells.
      await chain.sendRawTransaction(wire).catch(() => undefined);
      const fate = await confirmations.wait(signature, wire, lifetime.lastValidBlockHeight);
      tell(place, fate.kind, signature);
    }),
  );
}
