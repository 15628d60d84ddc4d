import {
  castVote,
  countedPositions,
  type Decision,
  executeAction,
  finalizeVote,
  joining,
  type ProposedAction,
  relinquishVote,
} from '@commonwire/sdk/realm';
import {
  beginUnlock,
  claimIncome,
  closePosition,
  countIncome,
  earnedBy,
  freeId,
  openPosition,
  type PoolHoldings,
  type Position,
  withdrawStake,
} from '@commonwire/sdk/stake';
import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import type { Connection, PublicKey } from '@solana/web3.js';
import { formatTokens } from '../format';
import { t } from '../text';
import type { Watched } from '../transact/action';
import type { Deed } from '../transact/with-wallet';

/** Most positions whose income one transaction claims, so that it fits. */
const MOST_CLAIMS = 8;

/** What an owner can do about stakes in a pool. Each is one transaction, which the owner pays. */
export function stakeDeeds(holdings: PoolHoldings) {
  const {
    address: pool,
    pool: of,
    owner,
    positions,
    wallet,
    income,
    decimals,
    incomeDecimals,
    now,
  } = holdings;
  const { mint, tokenProgram, incomeMint, incomeTokenProgram } = of;
  const staked: Watched[] = [
    { name: t('deed.tokens'), account: wallet.address, decimals },
    { name: t('stake.all'), account: of.stakes, decimals },
  ];
  const paid: Watched = { name: t('stake.incomeWallet'), account: income.address, decimals: incomeDecimals };
  const isOneAccount = income.address.equals(wallet.address);
  const opening = (token: PublicKey, account: PublicKey, program: PublicKey) =>
    createAssociatedTokenAccountIdempotentInstruction(owner, account, owner, token, program);
  const claims = (some: readonly Position[]) => [
    opening(incomeMint, income.address, incomeTokenProgram),
    ...some.map(({ id }) =>
      claimIncome({ pool, owner, id, incomeMint, incomeTokenProgram, destination: income.address }),
    ),
  ];
  const earning = positions.filter((one) => earnedBy(of, one, now) > 0n).slice(0, MOST_CLAIMS);
  return {
    open: (amount: bigint, lockSeconds: number): Deed => ({
      title: t('stake.open'),
      prepare: async () => ({
        instructions: [
          openPosition({
            ...{ pool, mint, tokenProgram, owner, amount, lockSeconds },
            id: freeId(positions),
            source: wallet.address,
          }),
        ],
        watched: staked,
      }),
    }),
    unlock: ({ id }: Position): Deed => ({
      title: t('stake.unlock', { id: `${id}` }),
      prepare: async () => ({ instructions: [beginUnlock({ pool, owner, id })] }),
      facts: [[t('stake.position', { id: `${id}` }), t('stake.unlockNote')]],
    }),
    withdraw: (position: Position): Deed => {
      const { id, amount } = position;
      const withdrawal = withdrawStake({ pool, mint, tokenProgram, owner, id, destination: wallet.address });
      return {
        title: t('stake.withdraw', { id: `${id}` }),
        // A position that is closed pays nothing any more: what it earned is paid first.
        prepare: async () => ({
          instructions: [
            opening(mint, wallet.address, tokenProgram),
            ...(amount > 0n ? [withdrawal] : []),
            ...claims([position]),
            closePosition({ pool, owner, id }),
          ],
          watched: [...staked, ...(isOneAccount ? [] : [paid])],
        }),
      };
    },
    /** Null: nothing can be claimed, and nothing has arrived that isn't counted. */
    claim:
      earning.length === 0 && holdings.arrived <= 0n
        ? null
        : ({
            title: t('deed.claim'),
            prepare: async () => ({
              instructions: [
                ...(holdings.arrived > 0n ? [countIncome({ pool, incomeMint, incomeTokenProgram })] : []),
                ...(earning.length > 0 ? claims(earning) : []),
              ],
              watched: [paid],
            }),
          } satisfies Deed),
  };
}

/** What a member can do about a proposal. */
export function proposalDeeds(connection: Connection, decision: Decision, holdings: PoolHoldings) {
  const { dao, pool, proposal, decimals } = decision;
  const { owner } = holdings;
  const { address, proposer, governance } = proposal;
  const counted = countedPositions(decision, holdings.pool, holdings.positions);
  const weight = counted.reduce((sum, one) => sum + one.weight, 0n);
  const vote = (approve: boolean): Deed => ({
    title: t(approve ? 'proposal.yes' : 'proposal.no'),
    prepare: async () => ({
      instructions: [
        ...(await joining(connection, { ...dao, pool }, owner, owner)),
        ...(await castVote({
          ...{ ...dao, owner, payer: owner, proposal: address, proposer, approve },
          positions: counted.map((one) => one.address),
        })),
      ],
    }),
    facts: [[t('proposal.yourWeight'), formatTokens(weight, decimals)]],
  });
  return {
    /** Of the positions that count. */
    weight,
    yes: vote(true),
    no: vote(false),
    retract: {
      title: t('proposal.retract'),
      prepare: async () => ({ instructions: [await relinquishVote({ ...dao, proposal: address, owner })] }),
    } satisfies Deed,
    count: {
      title: t('proposal.count'),
      prepare: async () => ({ instructions: await finalizeVote({ ...dao, proposal: address, proposer }) }),
    } satisfies Deed,
    execute: (action: ProposedAction, number: number): Deed => ({
      title: t('proposal.execute', { number }),
      prepare: async () => ({
        instructions: [await executeAction({ governance, proposal: address, ...action })],
      }),
    }),
  };
}
