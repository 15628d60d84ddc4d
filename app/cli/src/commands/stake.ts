import { parseUnits, time, tokens } from '@commonwire/sdk/core';
import {
  address,
  bigWhole,
  clusterUrl,
  flag,
  parseOptions,
  Signing,
  signingOptions,
  signingUsage,
  UsageError,
} from '@commonwire/sdk/node';
import {
  beginUnlock,
  claimIncome,
  closePosition,
  countIncome,
  earnedBy,
  LONGEST_LOCK_SECONDS,
  openPosition,
  type Position,
  weightOf,
  withdrawStake,
} from '@commonwire/sdk/stake';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { JSON_USAGE } from '../options';
import { printTransactions } from '../print';
import { packed, sendAll } from '../sending';
import { duration, spoken } from '../staking/duration';
import { fetchHoldings, type Holdings } from '../staking/holdings';

const ACTIONS = ['show', 'open', 'unlock', 'withdraw', 'claim'] as const;

const options = z.object({
  action: z.enum(ACTIONS, `is not one of ${ACTIONS.join(', ')}`),
  url: clusterUrl,
  pool: address,
  id: bigWhole(0n, 2n ** 64n - 1n, 'the number of a position').optional(),
  amount: z.string().optional(),
  lock: duration.optional(),
  json: flag,
  ...signingOptions,
});

type Values = z.output<typeof options>;

/** What an action sends, and what that does. */
interface Prepared {
  /** Instructions that belong into one transaction each; none: it was done before, as `effects` says. */
  groups: TransactionInstruction[][];
  effects: string[];
}

/** `commonwire stake`. */
export const stake: Command = {
  name: 'stake',
  summary: "stakes a network's tokens, with a lock or without, and claims the stakers' income",
  usage: `commonwire stake show --url URL --pool ADDRESS [--keypair FILE] [--json]
commonwire stake open --url URL --pool ADDRESS --amount TOKENS [--lock TIME] [--id N]
commonwire stake unlock --url URL --pool ADDRESS --id N
commonwire stake withdraw --url URL --pool ADDRESS --id N
commonwire stake claim --url URL --pool ADDRESS [--id N]

A position weighs once its stake without a lock and four times with the longest, four years, in sharing income and in
votes. It neither earns nor votes from unlocking on, and can be withdrawn once its lock, or the pool's cool-down, is over.

  --url URL          an RPC node's address, or localhost, devnet, testnet or mainnet
  --pool ADDRESS     the pool
  --amount TOKENS    number of tokens to stake, such as 1250.5
  --lock TIME        from unlocking to withdrawing, such as 90d; default: the pool's cool-down
  --id N             number of the position; default of open: the least that is free, of claim: all positions. An open
                     that names it can be run again: it stakes once
${signingUsage('the owner of the stakes; signs, pays or receives')}
${JSON_USAGE}`,

  async run(argv, write) {
    const given = parseOptions('commonwire stake', argv, options, 'action');
    const { action, url, json } = given;
    requireFitting(given);
    const signing = Signing.read(action === 'show' ? { ...given, print: true } : given);
    const owner = signing.signer;
    const connection = await connect(url);
    const holdings = await fetchHoldings(connection, given.pool, owner);
    if (action === 'show') {
      show(holdings, owner, json, write);
      return 0;
    }
    const { groups, effects } = PREPARE[action](holdings, owner, given);
    const transactions = await packed(connection, signing.payer, groups, signing.prints);
    if (signing.prints) return printTransactions({ signing, connection, transactions, effects, json, write });
    const signatures = await sendAll(transactions, { connection, signing });
    if (json) write(JSON.stringify({ pool: given.pool, action, effects, signatures }));
    else for (const line of [...effects, ...signatures.map((one) => `transaction ${one}`)]) write(line);
    return 0;
  },
};

/** Refuses options that the action doesn't take, and the lack of those that it needs. */
function requireFitting({ action, id, amount, lock }: Values): void {
  if ((amount === undefined) === (action === 'open'))
    throw new UsageError(`--amount ${amount === undefined ? 'is missing: open needs it' : 'is for open'}`);
  if (lock !== undefined && action !== 'open') throw new UsageError('--lock is for open');
  if (id === undefined && (action === 'unlock' || action === 'withdraw'))
    throw new UsageError(`--id is missing: ${action} needs it; see commonwire stake show`);
}

const PREPARE: Record<
  Exclude<Values['action'], 'show'>,
  (holdings: Holdings, owner: PublicKey, given: Values) => Prepared
> = {
  open({ address: pool, pool: of, positions, decimals }, owner, given) {
    const { mint, tokenProgram, coolDownSeconds } = of;
    const amount = parseUnits(given.amount!, decimals);
    if (!amount)
      throw new UsageError(
        `--amount: ${given.amount} is not a number of tokens above 0 with ${decimals} decimals at most`,
      );
    const { lock: lockSeconds = 0 } = given;
    if (lockSeconds > LONGEST_LOCK_SECONDS)
      throw new UsageError(
        `--lock: ${spoken(lockSeconds)} is longer than ${spoken(LONGEST_LOCK_SECONDS)}, beyond which nothing weighs more`,
      );
    const taken = new Set(positions.map(({ id }) => id));
    let id = given.id ?? 0n;
    const there = positions.find((one) => one.id === given.id);
    if (there) {
      const isSame = there.amount === amount && there.lockSeconds === lockSeconds && there.unlocksAt === 0n;
      if (isSame)
        return { groups: [], effects: [`nothing to do: position ${id} is open with just this stake`] };
      throw new UsageError(`--id: ${owner} has another position ${id} already`);
    }
    while (taken.has(id)) id++;
    const source = getAssociatedTokenAddressSync(mint, owner, true, tokenProgram);
    const weight = weightOf(amount, lockSeconds);
    return {
      groups: [[openPosition({ pool, mint, tokenProgram, owner, id, source, amount, lockSeconds })]],
      effects: [
        `position ${id}: ${tokens(amount, decimals)} tokens, weighs as ${tokens(weight, decimals)} without a lock`,
        // The pool's maker chose the cool-down, up to four years.
        `it returns ${spoken(Math.max(lockSeconds, coolDownSeconds))} after it is unlocked, and not before`,
      ],
    };
  },

  unlock({ address: pool, pool: { coolDownSeconds }, positions, now }, owner, { id }) {
    const position = positionOf(positions, owner, id!);
    const { unlocksAt } = position;
    if (unlocksAt !== 0n)
      return {
        groups: [],
        effects: [`nothing to do: position ${id} can be withdrawn from ${time(unlocksAt)}`],
      };
    const from = now + BigInt(Math.max(position.lockSeconds, coolDownSeconds));
    return {
      groups: [[beginUnlock({ pool, owner, id: id! })]],
      effects: [`position ${id} neither earns nor votes any more; withdraw it from ${time(from)}`],
    };
  },

  withdraw(holdings, owner, { id }) {
    const { address: pool, pool: of, positions, decimals, now } = holdings;
    const position = positionOf(positions, owner, id!);
    const { mint, tokenProgram } = of;
    if (position.unlocksAt === 0n)
      throw new CliError(
        'not-unlocked',
        `position ${id} is staked: run commonwire stake unlock --id ${id} first, and withdraw it when its lock is over`,
      );
    if (position.unlocksAt > now)
      throw new CliError('not-unlocked', `position ${id} is locked until ${time(position.unlocksAt)}`);
    const destination = getAssociatedTokenAddressSync(mint, owner, true, tokenProgram);
    const opening = createAssociatedTokenAccountIdempotentInstruction(
      owner,
      destination,
      owner,
      mint,
      tokenProgram,
    );
    const withdrawal = withdrawStake({ pool, mint, tokenProgram, owner, id: id!, destination });
    return {
      // A position that is closed pays nothing any more: what it earned is paid first.
      groups: [
        [
          opening,
          ...(position.amount > 0n ? [withdrawal] : []),
          ...claims(holdings, owner, [position]),
          closePosition({ pool, owner, id: id! }),
        ],
      ],
      effects: [
        `position ${id}: ${tokens(position.amount, decimals)} tokens, its income and its rent go back to ${owner}`,
      ],
    };
  },

  claim(holdings, owner, { id }) {
    const { address: pool, positions, pool: of } = holdings;
    const claimed = id === undefined ? positions : [positionOf(positions, owner, id)];
    if (claimed.length === 0)
      throw new CliError('no-position', `${owner} has no position in pool ${pool}: stake first`);
    const { incomeMint, incomeTokenProgram } = of;
    const counting = countIncome({ pool, incomeMint, incomeTokenProgram });
    const [opening, ...paying] = claims(holdings, owner, claimed);
    return {
      groups: [[counting, opening!], ...paying.map((one) => [one])],
      effects: claimed.map((position) => `what position ${position.id} has earned goes to ${owner}`),
    };
  },
};

/** Pays what positions have earned to the owner's associated token account. */
function claims(
  { address: pool, pool: { incomeMint, incomeTokenProgram } }: Holdings,
  owner: PublicKey,
  positions: readonly Position[],
): TransactionInstruction[] {
  const destination = getAssociatedTokenAddressSync(incomeMint, owner, true, incomeTokenProgram);
  const args = { pool, owner, incomeMint, incomeTokenProgram, destination };
  return [
    createAssociatedTokenAccountIdempotentInstruction(
      owner,
      destination,
      owner,
      incomeMint,
      incomeTokenProgram,
    ),
    ...positions.map(({ id }) => claimIncome({ ...args, id })),
  ];
}

function positionOf<P extends Position>(positions: readonly P[], owner: PublicKey, id: bigint): P {
  const position = positions.find((one) => one.id === id);
  if (position) return position;
  const known = positions.map((one) => one.id).join(', ') || 'none';
  throw new CliError('no-position', `${owner} has no position ${id}; its positions are: ${known}`);
}

function show(holdings: Holdings, owner: PublicKey, json: boolean, write: (line: string) => void): void {
  const { address: pool, pool: of, positions, decimals, incomeDecimals, now } = holdings;
  if (json) {
    const shown = positions.map((position) => ({
      id: `${position.id}`,
      amount: `${position.amount}`,
      weight: `${position.weight}`,
      earned: `${earnedBy(of, position, now)}`,
      lock_seconds: position.lockSeconds,
      unlocks_at: position.unlocksAt === 0n ? null : Number(position.unlocksAt),
    }));
    write(
      JSON.stringify({
        pool,
        realm: of.realm,
        mint: of.mint,
        total_weight: `${of.totalWeight}`,
        staked: `${of.staked}`,
        income_left: `${of.incomeLeft}`,
        cool_down_seconds: of.coolDownSeconds,
        owner,
        positions: shown,
      }),
    );
    return;
  }
  write(`pool       ${pool} of realm ${of.realm}`);
  write(`staked     ${tokens(of.staked, decimals)}, weighing ${tokens(of.totalWeight, decimals)}`);
  write(`income     ${tokens(of.incomeLeft, incomeDecimals)} to be claimed or streamed`);
  write(`cool-down  ${spoken(of.coolDownSeconds)}`);
  for (const position of positions) {
    const { id, amount, weight, lockSeconds, unlocksAt } = position;
    const earned = tokens(earnedBy(of, position, now), incomeDecimals);
    const state =
      unlocksAt === 0n
        ? `weighs ${tokens(weight, decimals)}, lock ${spoken(Math.max(lockSeconds, of.coolDownSeconds))}`
        : `unlocking, withdraw from ${time(unlocksAt)}`;
    write(`position ${id}  ${tokens(amount, decimals)}, ${state}; ${earned} earned`);
  }
  if (positions.length === 0) write(`${owner} has no positions`);
}
