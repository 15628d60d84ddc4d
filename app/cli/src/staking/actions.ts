import { parseUnits, time, tokens } from '@commonwire/sdk/core';
import { UsageError } from '@commonwire/sdk/node';
import {
  beginUnlock,
  claimIncome,
  closePosition,
  countIncome,
  earnedBy,
  freeId,
  type PoolHoldings as Holdings,
  LONGEST_LOCK_SECONDS,
  openPosition,
  type Position,
  weightOf,
  withdrawStake,
} from '@commonwire/sdk/stake';
import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import type { Watched } from '../balances';
import { CliError } from '../errors';
import { spoken } from './duration';

/** What an action sends, and what that does. */
interface Prepared {
  /** Instructions that belong into one transaction each. */
  groups: TransactionInstruction[][];
  effects: string[];
  /** Why there are no instructions. */
  done?: string;
  /** Balances to show before and after. */
  watched: Watched[];
}

/** What options say of an action. */
export interface Asked {
  id?: bigint | undefined;
  amount?: string | undefined;
  lock?: number | undefined;
}

const nothing = (done: string): Prepared => ({ groups: [], effects: [], done, watched: [] });

/** The accounts of the staked token. */
const watchStakes = ({ wallet, pool, decimals }: Holdings): Watched[] => [
  { what: 'tokens in the wallet', account: wallet.address, unit: 'tokens', decimals },
  { what: 'tokens of all stakes', account: pool.stakes, unit: 'tokens', decimals },
];

/** The accounts of income, where that is in another token. */
const watchIncome = ({ income, wallet, pool, incomeDecimals: decimals }: Holdings): Watched[] => [
  ...(income.address.equals(wallet.address)
    ? []
    : [{ what: 'income in the wallet', account: income.address, unit: 'tokens', decimals } as const]),
  { what: 'income vault', account: pool.vault, unit: 'tokens', decimals },
];

/** What each action sends, by its name. @throws CommonwireError */
export const STAKE_ACTIONS = {
  open(holdings: Holdings, { id: named, amount: text = '', lock: lockSeconds = 0 }: Asked): Prepared {
    const { address: pool, pool: of, owner, positions, decimals } = holdings;
    const { mint, tokenProgram, coolDownSeconds } = of;
    const amount = parseUnits(text, decimals);
    if (!amount)
      throw new UsageError(
        `--amount: ${text} is not a number of tokens above 0 with ${decimals} decimals at most`,
      );
    if (lockSeconds > LONGEST_LOCK_SECONDS)
      throw new UsageError(
        `--lock: ${spoken(lockSeconds)} is longer than ${spoken(LONGEST_LOCK_SECONDS)}, beyond which nothing weighs more`,
      );
    const there = positions.find((one) => one.id === named);
    if (there) {
      const { id } = there;
      const isSame = there.amount === amount && there.lockSeconds === lockSeconds && there.unlocksAt === 0n;
      if (isSame) return nothing(`position ${id} is open with just this stake`);
      throw new UsageError(`--id: ${owner} has another position ${id} already`);
    }
    requireTokens(holdings, amount);
    const id = named ?? freeId(positions);
    const weight = weightOf(amount, lockSeconds);
    const source = holdings.wallet.address;
    return {
      groups: [[openPosition({ pool, mint, tokenProgram, owner, id, source, amount, lockSeconds })]],
      effects: [
        `position ${id}: ${tokens(amount, decimals)} tokens, weighs as ${tokens(weight, decimals)} without a lock`,
        // The pool's maker chose the cool-down, up to four years.
        `it returns ${spoken(Math.max(lockSeconds, coolDownSeconds))} after it is unlocked, and not before`,
      ],
      watched: watchStakes(holdings),
    };
  },

  unlock({ address: pool, pool: of, owner, positions, now }: Holdings, { id }: Asked): Prepared {
    const position = positionOf(positions, owner, id!);
    const { unlocksAt, lockSeconds } = position;
    if (unlocksAt !== 0n) return nothing(`position ${id} can be withdrawn from ${time(unlocksAt)}`);
    const from = now + BigInt(Math.max(lockSeconds, of.coolDownSeconds));
    return {
      groups: [[beginUnlock({ pool, owner, id: id! })]],
      effects: [`position ${id} neither earns nor votes any more; withdraw it from ${time(from)}`],
      watched: [],
    };
  },

  withdraw(holdings: Holdings, { id }: Asked): Prepared {
    const { address: pool, pool: of, owner, positions, decimals, now, wallet } = holdings;
    const position = positionOf(positions, owner, id!);
    const { mint, tokenProgram } = of;
    if (position.unlocksAt === 0n)
      throw new CliError(
        'not-unlocked',
        `position ${id} is staked: run commonwire stake unlock --id ${id} first, and withdraw it when its lock is over`,
      );
    if (position.unlocksAt > now)
      throw new CliError('not-unlocked', `position ${id} is locked until ${time(position.unlocksAt)}`);
    const destination = wallet.address;
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
          ...claims(holdings, [position]),
          closePosition({ pool, owner, id: id! }),
        ],
      ],
      effects: [
        `position ${id}: ${tokens(position.amount, decimals)} tokens, its income and its rent go back to ${owner}`,
      ],
      watched: [...watchStakes(holdings), ...watchIncome(holdings)],
    };
  },

  claim(holdings: Holdings, { id }: Asked): Prepared {
    const { address: pool, owner, positions, pool: of, now, arrived, incomeDecimals } = holdings;
    const chosen = id === undefined ? positions : [positionOf(positions, owner, id)];
    if (chosen.length === 0)
      throw new CliError('no-position', `${owner} has no position in pool ${pool}: stake first`);
    const { incomeMint, incomeTokenProgram } = of;
    const counting = arrived > 0n ? [countIncome({ pool, incomeMint, incomeTokenProgram })] : [];
    const earning = chosen.filter((position) => earnedBy(of, position, now) > 0n);
    const window = spoken(Number(of.stream.windowSeconds));
    const counted = `${tokens(arrived, incomeDecimals)} tokens of income that arrived are counted: the next window of ${window} streams them`;
    if (earning.length === 0) {
      const none = `${id === undefined ? 'the positions' : `position ${id}`} of ${owner} can claim nothing yet`;
      if (counting.length === 0)
        return nothing(`${none}: income is streamed in the window of ${window} after it was counted`);
      return { groups: [counting], effects: [counted, none], watched: [] };
    }
    const [opening, ...paying] = claims(holdings, earning);
    return {
      groups: [[...counting, opening!], ...paying.map((one) => [one])],
      effects: [
        ...earning.map((position) => `what position ${position.id} has earned goes to ${owner}`),
        ...(counting.length > 0 ? [counted] : []),
      ],
      watched: watchIncome(holdings),
    };
  },
} as const;

/** The token program's own refusal says little. @throws CliError `not-enough` */
function requireTokens({ owner, pool: { mint }, wallet, decimals }: Holdings, amount: bigint): void {
  if (wallet.amount >= amount) return;
  const has = wallet.exists
    ? `has ${tokens(wallet.amount, decimals)} tokens of ${mint}`
    : `has no account of the staked token ${mint}`;
  throw new CliError(
    'not-enough',
    `${owner} ${has}, but --amount is ${tokens(amount, decimals)}: what is staked comes from its associated token account ${wallet.address}; send the tokens there first`,
  );
}

/** Pays what positions have earned to the owner's associated token account. */
function claims(
  { address: pool, pool: { incomeMint, incomeTokenProgram }, owner, income }: Holdings,
  positions: readonly Position[],
): TransactionInstruction[] {
  const destination = income.address;
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
