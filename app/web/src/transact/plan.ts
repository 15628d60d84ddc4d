import { Confirmations, type SentVersion } from '@commonwire/sdk/core';
import type { Address, Instruction } from '@solana/kit';
import { t } from '../text';
import type { Chain, ChainAccount } from './chain';
import { compiled, type Lifetime, signatureOf } from './compiled';
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

/** What became of one transaction. */
export type Outcome = 'waiting' | 'confirmed' | 'failed' | 'expired' | 'unknown';

/** A transaction that would fail. */
export class Refused extends Error {}

/** Why a simulation failed, in words. @param reason where it is known better than the logs say it */
export function refusal(err: unknown, logs: readonly string[], reason?: string): Error {
  const text = JSON.stringify(err);
  if (/AccountNotFound|InsufficientFunds|Custom":1[,}\]]/.test(text)) return new Error(t('collect.noSol'));
  const said = reason ?? logs.findLast((line) => /error/i.test(line)) ?? logs.at(-1);
  return new Refused(t('collect.refused', { reason: said ?? text }));
}

/** The limit to ask for, after what a simulation took. */
export const unitsFor = (units: number): number =>
  Math.min(units + Math.ceil(units / 5) + SPARE_UNITS, MOST_UNITS);

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
