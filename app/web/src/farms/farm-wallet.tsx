// Must be imported first: it prepares what the other modules use at once.
import '../onchain/node';
import {
  type AssetFacts,
  type Holdings,
  isPermitted,
  readAssetFacts,
  readHoldings,
  stakedShares,
  trancheState,
} from '@commonwire/sdk/assets';
import { PublicKey } from '@solana/web3.js';
import { type FormEvent, useState } from 'react';
import { formatTokens } from '../format';
import { Account, percentOf, when, whole } from '../onchain/account';
import { FromChain } from '../onchain/from-chain';
import { Facts, State } from '../parts';
import { t } from '../text';
import type { Fact } from '../transact/flow';
import { type Deed, Doing, WithWallet } from '../transact/with-wallet';
import { farmDeeds } from './deeds';

/** What the reader's wallet has of an asset, and all that it can do about it. */
export default function FarmWallet({ asset, rpc }: { asset: PublicKey; rpc: string }) {
  return (
    <WithWallet rpc={rpc}>
      {(address, act) => (
        <FromChain
          name={['holdings', `${asset}`, address]}
          read={async (node) => {
            const facts = await readAssetFacts(node, asset);
            return { facts, holdings: await readHoldings(node, facts, new PublicKey(address)) };
          }}
        >
          {(read) => <Held {...read} act={act} />}
        </FromChain>
      )}
    </WithWallet>
  );
}

function Held({
  facts,
  holdings,
  act,
}: {
  facts: AssetFacts;
  holdings: Holdings;
  act: (deed: Deed) => void;
}) {
  const { asset, now, supply, decimals } = facts;
  const { shares, stake, tokens, claimable } = holdings;
  const staked = stakedShares(stake);
  const deeds = farmDeeds(facts, holdings);
  const { state } = asset;
  const tranche = trancheState(asset, now);
  const hasObjected = asset.announcement?.open && stake?.objected === asset.announcement.number;
  const isOver = asset.sold === asset.terms.maxShares || now >= asset.terms.deadline;
  const permitted = asset.compliance === null || isPermitted(holdings.permit, now);
  const isClaimable = claimable.some((amount) => amount > 0n);
  const money = (amounts: readonly bigint[]) =>
    amounts.map((amount, at) => formatTokens(amount, decimals[at]!)).join(' + ');
  return (
    <>
      <Facts
        facts={[
          [
            t('mine.shares'),
            <Account key="shares" address={shares.address}>
              {`${whole(shares.amount)}${shares.frozen && shares.amount > 0n ? `, ${t('mine.frozen')}` : ''}`}
            </Account>,
          ],
          [
            t('mine.staked'),
            stake ? (
              <Account key="stake" address={stake.address}>
                {stakeText(stake)}
              </Account>
            ) : (
              '0'
            ),
          ],
          [t('mine.part'), percentOf(shares.amount + staked, supply)],
          [t('mine.claimable'), money(claimable)],
          [
            t('mine.tokens'),
            <Account key="tokens" address={tokens[0]!.address}>
              {formatTokens(tokens[0]!.amount, decimals[0]!)}
            </Account>,
          ],
          ...permitFacts(facts, holdings),
        ]}
      />
      {state === 'funding' && !isOver && (
        <CountForm
          id="fund"
          label={t('deed.howMany')}
          most={asset.terms.maxShares - asset.sold}
          start={1n}
          title={t('deed.fund')}
          not={permitted ? undefined : t('deed.notPermitted')}
          note={(count) => t('deed.costs', { amount: formatTokens(count * asset.terms.price, decimals[0]!) })}
          submit={(count) => act(deeds.fund(count))}
        />
      )}
      {state === 'funded' && shares.amount > 0n && (
        <CountForm
          id="stake"
          label={t('deed.howManyStake')}
          most={shares.amount}
          start={shares.amount}
          title={t('deed.stake')}
          note={() => t(permitted ? 'deed.earns' : 'deed.earnsNot')}
          submit={(count) => act(deeds.stake(count))}
        />
      )}
      {staked > 0n && (
        <CountForm
          id="unstake"
          label={t('deed.howManyUnstake')}
          most={staked}
          start={staked}
          title={t('deed.unstake')}
          not={hasObjected && tranche === 'announced' ? t('deed.locked') : undefined}
          note={() => t('deed.unstakeNote')}
          submit={(count) => act(deeds.unstake(count))}
        />
      )}
      <p>
        {state === 'funding' && isOver && <Doing deed={deeds.finalize} act={act} />}
        {state === 'failed' && shares.amount > 0n && <Doing deed={deeds.refund} act={act} />}
        {state === 'clawed-back' && shares.amount > 0n && <Doing deed={deeds.redeem} act={act} />}
        {stake && isClaimable && <Doing deed={deeds.claim()} act={act} />}
        {tranche === 'announced' && staked > 0n && (
          <Doing deed={deeds.object} act={act} not={hasObjected && t('deed.hasObjected')} />
        )}
        {tranche === 'payable' && <Doing deed={deeds.pay} act={act} />}
      </p>
    </>
  );
}

const stakeText = ({ earning, idle }: NonNullable<Holdings['stake']>): string =>
  idle > 0n ? t('mine.idle', { earning: whole(earning), idle: whole(idle) }) : whole(earning);

/** Whether the wallet may hold shares, where that takes a permit. */
function permitFacts({ asset, now }: AssetFacts, { permit }: Holdings): Fact[] {
  if (!asset.compliance) return [[t('mine.permit'), t('mine.permitUnneeded')]];
  const valid = isPermitted(permit, now);
  const text = permit
    ? t(valid ? 'mine.permitUntil' : 'mine.permitEnded', {
        until: when(permit.expiresAt, now),
        country: permit.jurisdiction,
      })
    : t('mine.permitNone');
  return [
    [
      t('mine.permit'),
      <State key="permit" mood={valid ? 'good' : 'bad'}>
        {text}
      </State>,
    ],
  ];
}

/** A number of shares, and what is done with them. */
function CountForm(props: {
  id: string;
  label: string;
  title: string;
  most: bigint;
  start: bigint;
  not?: string | undefined;
  note: (count: bigint) => string;
  submit: (count: bigint) => void;
}) {
  const { id, label, title, most, start, not, note, submit } = props;
  const [text, write] = useState(`${start}`);
  const count = /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
  const fits = count > 0n && count <= most;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (fits && !not) submit(count);
  };
  return (
    <form className="fields" onSubmit={send} id={id}>
      <label>
        {label}
        <input required inputMode="numeric" value={text} onChange={({ target }) => write(target.value)} />
        <span>{not ?? (fits ? note(count) : t('deed.most', { most: whole(most) }))}</span>
      </label>
      <button type="submit" disabled={!fits || Boolean(not)}>
        {title}
      </button>
    </form>
  );
}
