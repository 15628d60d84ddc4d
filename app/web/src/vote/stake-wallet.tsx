// Must be imported first: it prepares what the other modules use at once.
import '../onchain/node';
import { parseUnits } from '@commonwire/sdk/core';
import { earnedBy, type PoolHoldings, weightOf } from '@commonwire/sdk/stake';
import { PublicKey } from '@solana/web3.js';
import { type FormEvent, useState } from 'react';
import { formatTokens } from '../format';
import { Account, days, percentOf, when } from '../onchain/account';
import { FromChain } from '../onchain/from-chain';
import { Empty, Facts, State, Table, Tokens } from '../parts';
import { t } from '../text';
import { type Deed, Doing, WithWallet } from '../transact/with-wallet';
import { stakeDeeds } from './deeds';
import { readStakes } from './holdings';

type Act = (deed: Deed) => void;

/** What the reader has staked in a pool, and all that it can do about it. */
export default function StakeWallet({ pool, rpc }: { pool: PublicKey; rpc: string }) {
  return (
    <WithWallet rpc={rpc}>
      {(address, act) => (
        <FromChain
          name={['stakes', `${pool}`, address]}
          read={(node) => readStakes(node, pool, new PublicKey(address))}
        >
          {({ holdings, isWhole }) => (
            <>
              {!isWhole && <p className="problem">{t('stake.notWhole')}</p>}
              <Held holdings={holdings} act={act} />
              <Open holdings={holdings} act={act} />
            </>
          )}
        </FromChain>
      )}
    </WithWallet>
  );
}

function Held({ holdings, act }: { holdings: PoolHoldings; act: Act }) {
  const { pool, positions, wallet, income, decimals, incomeDecimals, now } = holdings;
  const deeds = stakeDeeds(holdings);
  const weight = positions.reduce((sum, one) => sum + one.weight, 0n);
  const earned = positions.reduce((sum, one) => sum + earnedBy(pool, one, now), 0n);
  type Row = (typeof positions)[number];
  return (
    <>
      <Facts
        facts={[
          [
            t('deed.tokens'),
            <Account key="wallet" address={wallet.address}>
              {formatTokens(wallet.amount, decimals)}
            </Account>,
          ],
          [
            t('stake.incomeWallet'),
            <Account key="income" address={income.address}>
              {formatTokens(income.amount, incomeDecimals)}
            </Account>,
          ],
          [
            t('stake.yourWeight'),
            `${formatTokens(weight, decimals)} (${percentOf(weight, pool.totalWeight)})`,
          ],
          [t('mine.claimable'), formatTokens(earned, incomeDecimals)],
        ]}
      />
      {positions.length === 0 ? (
        <Empty>{t('stake.none')}</Empty>
      ) : (
        <Table<Row>
          caption={t('stake.mine')}
          columns={[
            {
              title: t('stake.number'),
              cell: ({ id, address }) => <Account address={address}>{`${id}`}</Account>,
            },
            {
              title: t('stake.amount'),
              number: true,
              cell: ({ amount }) => <Tokens amount={amount} decimals={decimals} />,
            },
            {
              title: t('stake.lock'),
              cell: ({ lockSeconds }) => days(Math.max(lockSeconds, pool.coolDownSeconds), 'vote.days'),
            },
            {
              title: t('vote.weight'),
              number: true,
              cell: (row) => <Tokens amount={row.weight} decimals={decimals} />,
            },
            {
              title: t('mine.claimable'),
              number: true,
              cell: (row) => <Tokens amount={earnedBy(pool, row, now)} decimals={incomeDecimals} />,
            },
            {
              title: t('farm.state'),
              cell: ({ unlocksAt }) =>
                unlocksAt === 0n ? (
                  <State mood="good">{t('stake.votes')}</State>
                ) : unlocksAt > now ? (
                  <State mood="warn">{t('stake.until', { until: when(unlocksAt, now) })}</State>
                ) : (
                  <State mood="good">{t('stake.over')}</State>
                ),
            },
            {
              title: t('stake.do'),
              cell: (row) =>
                row.unlocksAt === 0n ? (
                  <Doing deed={deeds.unlock(row)} act={act} />
                ) : row.unlocksAt <= now ? (
                  <Doing deed={deeds.withdraw(row)} act={act} />
                ) : (
                  t('app.none')
                ),
            },
          ]}
          rows={positions}
          keyOf={({ id }) => `${id}`}
        />
      )}
      <p>{deeds.claim && positions.length > 0 && <Doing deed={deeds.claim} act={act} />}</p>
    </>
  );
}

const DAY = 86_400;
/** Locks to choose from, in days: none but the pool's cool-down, up to four years, beyond which nothing weighs more. */
const LOCKS = [0, 30, 90, 180, 365, 730, 1_461];

/** A new stake with its lock, and what it would weigh. */
function Open({ holdings, act }: { holdings: PoolHoldings; act: Act }) {
  const { pool, wallet, decimals } = holdings;
  const [text, write] = useState('');
  const [lock, setLock] = useState(0);
  const lockSeconds = lock * DAY;
  const amount = parseUnits(text.trim().replace(',', '.'), decimals) ?? 0n;
  const fits = amount > 0n && amount <= wallet.amount;
  const weight = weightOf(amount, lockSeconds);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fits) act(stakeDeeds(holdings).open(amount, lockSeconds));
  };
  return (
    <form className="fields" id="open" onSubmit={submit}>
      <label>
        {t('stake.howMuch')}
        <input required inputMode="decimal" value={text} onChange={({ target }) => write(target.value)} />
        <span>{t('stake.has', { amount: formatTokens(wallet.amount, decimals) })}</span>
      </label>
      <label>
        {t('stake.lockFor')}
        <select value={lock} onChange={({ target }) => setLock(Number(target.value))}>
          {LOCKS.map((one) => (
            <option key={one} value={one}>
              {one === 0 ? t('stake.noLock') : t('vote.days', { days: one })}
            </option>
          ))}
        </select>
        <span>
          {t('stake.returns', { time: days(Math.max(lockSeconds, pool.coolDownSeconds), 'vote.days') })}
        </span>
      </label>
      <p id="preview" aria-live="polite">
        {t('stake.weighs', {
          weight: formatTokens(weight, decimals),
          part: percentOf(weight, pool.totalWeight + weight),
        })}
      </p>
      <button type="submit" disabled={!fits}>
        {t('stake.open')}
      </button>
    </form>
  );
}
