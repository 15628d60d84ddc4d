import { Confirmations, type SentVersion } from '@commonwire/sdk/core';
import type { NetworkInfo, OwnerInfo } from '@commonwire/sdk/oracle';
import { type Address, address, type Instruction } from '@solana/kit';
import { t } from '../text';
import type { Chain, ChainAccount } from './chain';
import {
  compiled,
  createTokenAccount,
  fits,
  type Lifetime,
  type Rewards,
  settleRun,
  signatureOf,
  tokenAccount,
} from './transaction';
import type { Connected } from './wallets';

const TOKEN_PROGRAMS: readonly string[] = [
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
];
/** What the runtime gives a transaction at most; what is sent asks for what its simulation took, and some more. */
const MOST_UNITS = 1_400_000;
const SPARE_UNITS = 20_000;
/** A bound on the bytes of accounts that settlements load, binaries of programs included; see the SDK's settlement. */
const LOADED_BYTES = 4 * 1024 * 1024;
/** Most settlements in one transaction: each is a call of the token program, of which a transaction makes 64. */
const MOST_RUNS = 16;
/** Another epoch may be promoted between an oracle's answer and the simulation: then it is asked again. */
const ATTEMPTS = 4;
const PAUSE_MS = 1_000;
/** Where an account of the token program has its amount. */
const AMOUNT_OFFSET = 64;
const WAITING = { pollMs: 500, resendMs: 2_000, graceMs: 0, patienceMs: 30_000 };

/** The chains that wallets know, by genesis hash; any other is somebody's own. */
const CHAINS: Readonly<Record<string, string>> = {
  '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d': 'solana:mainnet',
  EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG: 'solana:devnet',
  '4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY': 'solana:testnet',
};

/** One transaction of a collection, simulated. */
export interface PlannedTransaction {
  instructions: readonly Instruction[];
  units: number;
  /** Base units that the owner gets by it, as the simulation has it. */
  pays: bigint;
}

/** All that it takes to pay an owner what is due, before anything is signed. */
export interface CollectionPlan {
  payer: Address;
  version: SentVersion;
  transactions: readonly PlannedTransaction[];
  /** Base units. */
  pays: bigint;
  /** Lamports for signatures. */
  fee: bigint;
  /** Lamports that stay in the owner's token account, if it is to be made. */
  rent: bigint;
}

/** What became of one transaction. */
export type Outcome = 'waiting' | 'confirmed' | 'failed' | 'expired' | 'unknown';

/** Plans and simulates. Null if nothing is due. @throws Error that says why it can't be collected */
export async function planCollection(given: {
  chain: Chain;
  network: NetworkInfo;
  wallet: Connected;
  readOwner: () => Promise<OwnerInfo>;
}): Promise<CollectionPlan | null> {
  const { chain, network, wallet, readOwner } = given;
  const [mint] = await chain.accounts([network.mint]);
  const tokenProgram = mint?.owner ?? '';
  if (!TOKEN_PROGRAMS.includes(tokenProgram)) throw new Error(t('collect.otherChain'));
  const rewards: Rewards = {
    program: address(network.program),
    network: address(network.network),
    mint: address(network.mint),
    tokenProgram: address(tokenProgram),
  };
  for (let attempt = 1; ; attempt++) {
    const owner = await readOwner();
    if (owner.settlements.length === 0) return null;
    try {
      return await planFor(chain, rewards, wallet, owner);
    } catch (error) {
      if (!(error instanceof Refused) || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** A transaction that would fail. */
class Refused extends Error {}

async function planFor(
  chain: Chain,
  rewards: Rewards,
  wallet: Connected,
  owner: OwnerInfo,
): Promise<CollectionPlan> {
  const payer = address(wallet.address);
  const version = wallet.takesV1 ? 1 : 0;
  const [account] = await tokenAccount(address(owner.owner), rewards);
  const [before] = await chain.accounts([account]);
  const lifetime = await chain.blockhash();
  const first = before ? [] : [await createTokenAccount(payer, address(owner.owner), rewards)];
  const runs = await Promise.all(owner.settlements.map((run) => settleRun(run, rewards)));
  const limits = { version, lifetime, units: MOST_UNITS, loadedBytes: LOADED_BYTES } as const;
  const transactions: PlannedTransaction[] = [];
  let fee = 0n;
  let bytes = 0;
  for (const instructions of packed(first, runs, (some) =>
    fits(compiled(payer, some, limits).wire, version),
  )) {
    const { wire, message } = compiled(payer, instructions, limits);
    const { err, logs, units, accounts } = await chain.simulate(wire, [account]);
    if (err !== null) throw refusal(err, logs);
    bytes = accounts[0]?.data.length ?? bytes;
    const pays = amountOf(accounts[0]) - amountOf(before);
    transactions.push({ instructions, units: units + Math.ceil(units / 5) + SPARE_UNITS, pays });
    fee += await chain.fee(message);
  }
  return {
    payer,
    version,
    transactions,
    pays: transactions.reduce((sum, { pays }) => sum + pays, 0n),
    fee,
    rent: before ? 0n : await chain.rent(bytes),
  };
}

/** Divides runs among as few transactions as they fit in their order. Each makes the token account if it is missing. */
function packed(
  first: readonly Instruction[],
  runs: readonly Instruction[],
  fitsOne: (instructions: readonly Instruction[]) => boolean,
): Instruction[][] {
  const batches: Instruction[][] = [];
  for (const run of runs) {
    const last = batches.at(-1);
    const joins = last && last.length < MOST_RUNS && fitsOne([...last, run]);
    if (joins) last.push(run);
    else batches.push([...first, run]);
  }
  return batches;
}

const amountOf = (account: ChainAccount | null | undefined): bigint =>
  account ? new DataView(account.data.buffer, account.data.byteOffset).getBigUint64(AMOUNT_OFFSET, true) : 0n;

function refusal(err: unknown, logs: readonly string[]): Error {
  const text = JSON.stringify(err);
  if (/AccountNotFound|InsufficientFunds|Custom":1[,}\]]/.test(text)) return new Error(t('collect.noSol'));
  const said = logs.findLast((line) => /error/i.test(line)) ?? logs.at(-1);
  return new Refused(t('collect.refused', { reason: said ?? text }));
}

/**
 * Has the wallet sign all of a plan, sends it and follows each transaction until its fate is known.
 * @param tell told of each transaction by its place
 * @throws whatever the wallet throws if it doesn't sign: then nothing was sent
 */
export async function collect(
  chain: Chain,
  plan: CollectionPlan,
  wallet: Connected,
  tell: (place: number, outcome: Outcome, signature: string) => void,
): Promise<void> {
  const { payer, version, transactions } = plan;
  const lifetime: Lifetime = await chain.blockhash();
  const wires = transactions.map(
    ({ instructions, units }) =>
      compiled(payer, instructions, {
        version,
        lifetime,
        units: Math.min(units, MOST_UNITS),
        loadedBytes: LOADED_BYTES,
      }).wire,
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
