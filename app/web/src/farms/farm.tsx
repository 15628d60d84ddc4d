// Must be imported first: it prepares what the other modules use at once.
import '../onchain/node';
import { type AssetFacts, raised, readAssetFacts, trancheAmount } from '@commonwire/sdk/assets';
import { advanceStream, printable, toHex } from '@commonwire/sdk/core';
import type { PublicKey } from '@solana/web3.js';
import { lazy, Suspense, useState } from 'react';
import { formatTokens } from '../format';
import { formatCapacity, viewOf } from '../kinds';
import { useSnapshot } from '../live';
import { Account, Foreign, percentOf, when, whole } from '../onchain/account';
import { FromChain } from '../onchain/from-chain';
import { Code, Facts, Section, State, Table, Tile, Tokens } from '../parts';
import { t } from '../text';
import { Waiting } from '../transact/with-wallet';
import { nextOf, objectionsText, percentOfLeast, stateOf, trancheOf } from './reading';

/** Loaded once somebody wants to connect a wallet: few do. */
const FarmWallet = lazy(() => import('./farm-wallet'));

/** One asset: what it is, its money, its tranches, its revenue, and what the reader has of it. */
export default function Farm({ address }: { address: PublicKey }) {
  return (
    <FromChain name={['asset', `${address}`]} read={(node) => readAssetFacts(node, address)}>
      {(facts) => (
        <>
          <What facts={facts} />
          <Mine facts={facts} />
          <Tranches facts={facts} />
          <Revenues facts={facts} />
        </>
      )}
    </FromChain>
  );
}

function What({ facts }: { facts: AssetFacts }) {
  const { asset, now, supply, escrow } = facts;
  const { terms, metadata } = asset;
  const decimals = facts.decimals[0]!;
  const { mood, text } = stateOf(asset);
  const amount = (units: bigint) => <Tokens amount={units} decimals={decimals} />;
  const goal = (shares: bigint) => formatTokens(shares * terms.price, decimals);
  return (
    <Section id="farm" title={printable(metadata.name)} note={<State mood={mood}>{text}</State>}>
      <p>{nextOf(facts)}</p>
      <dl className="tiles">
        <Tile name={t('farm.raised')} value={amount(raised(asset))}>
          <progress max={100} value={percentOfLeast(asset)} aria-label={t('farm.ofLeast')} />
          {t('farm.goal', { least: goal(terms.minShares), most: goal(terms.maxShares) })}
        </Tile>
        <Tile name={t('farm.sold')} value={whole(asset.sold)}>
          {t('farm.ofShares', { least: whole(terms.minShares), most: whole(terms.maxShares) })}
        </Tile>
        <Tile name={t('farm.price')} value={amount(terms.price)}>
          {t('farm.aShare')}
        </Tile>
        <Tile name={t('farm.left')} value={amount(asset.left)}>
          {t('farm.leftNote')}
        </Tile>
      </dl>
      <Facts
        facts={[
          [t('farm.kind'), viewOf(metadata.kind).name],
          [t('farm.capacity'), formatCapacity(Number(metadata.capacity), metadata.kind)],
          [t('farm.place'), <code key="cell">{metadata.h3Cell.toString(16)}</code>],
          [t('farm.deadline'), when(terms.deadline, now)],
          [t('farm.documents'), <Foreign key="link" link={printable(metadata.documents)} />],
          ['SHA-256', <Code key="hash" text={toHex(metadata.documentsHash)} />],
          [t('farm.asset'), <Account key="asset" address={asset.address} />],
          [t('farm.payment'), <Account key="payment" address={asset.revenue[0].mint} />],
          [
            t('farm.escrow'),
            <Account key="escrow" address={asset.escrow}>
              {amount(escrow)}
            </Account>,
          ],
          [
            t('farm.shares'),
            <Account key="mint" address={asset.shareMint}>
              {whole(supply)}
            </Account>,
          ],
          [
            t('farm.staked'),
            <Account key="vault" address={asset.stakeVault}>
              {whole(asset.staked)}
            </Account>,
          ],
          [t('farm.builder'), <Account key="builder" address={terms.builder} />],
          [t('farm.authority'), <Account key="authority" address={asset.authority} />],
          [
            t('farm.permits'),
            asset.compliance ? <Account key="permits" address={asset.compliance} /> : t('farm.noPermits'),
          ],
        ]}
      />
    </Section>
  );
}

/** What the reader has of it. Nothing of a wallet is loaded or asked before. */
function Mine({ facts }: { facts: AssetFacts }) {
  const { rpc } = useSnapshot();
  const [isOpen, open] = useState(false);
  return (
    <Section id="mine" title={t('farm.mine')} note={t('farm.mineNote')}>
      {isOpen && rpc ? (
        <Suspense fallback={<Waiting />}>
          <FarmWallet asset={facts.asset.address} rpc={rpc} />
        </Suspense>
      ) : (
        <button type="button" onClick={() => open(true)}>
          {t('collect.connect')}
        </button>
      )}
    </Section>
  );
}

function Tranches({ facts }: { facts: AssetFacts }) {
  const { asset, now } = facts;
  const { announcement, terms } = asset;
  const rows = terms.tranches.map((tranche, at) => ({ ...tranche, at, ...trancheOf(facts, at) }));
  return (
    <Section id="tranches" title={t('farm.tranches')} note={t('farm.tranchesNote')}>
      <Table<(typeof rows)[number]>
        caption={t('farm.tranches')}
        columns={[
          { title: t('tranche.number'), cell: ({ at }) => at + 1 },
          {
            title: t('tranche.part'),
            number: true,
            cell: ({ part }) => `${formatTokens(BigInt(part), 2)} %`,
          },
          {
            title: t('tranche.amount'),
            number: true,
            cell: ({ at }) => <Tokens amount={trancheAmount(asset, at)} decimals={facts.decimals[0]!} />,
          },
          { title: t('tranche.by'), cell: ({ date }) => when(date, now) },
          { title: t('farm.state'), cell: ({ mood, text }) => <State mood={mood}>{text}</State> },
          { title: t('tranche.note'), cell: ({ note }) => note },
        ]}
        rows={rows}
        keyOf={({ at }) => at}
      />
      {announcement?.open && (
        <Facts
          facts={[
            [t('tranche.announced-at'), when(announcement.announcedAt, now)],
            [t('tranche.evidence'), <Foreign key="evidence" link={printable(announcement.evidence)} />],
            ['SHA-256', <Code key="hash" text={toHex(announcement.evidenceHash)} />],
            [
              t('tranche.objections'),
              `${whole(announcement.objections)} (${percentOf(announcement.objections, asset.sold)}), ${objectionsText(asset)}`,
            ],
          ]}
        />
      )}
    </Section>
  );
}

function Revenues({ facts }: { facts: AssetFacts }) {
  const { asset, now, decimals, vaults } = facts;
  const rows = asset.revenue.flatMap((revenue, at) => {
    if (!revenue) return [];
    const { current, released, next, window, windowSeconds } = advanceStream(
      revenue.stream,
      now,
      asset.staked,
    );
    const ends = (window + 1n) * windowSeconds;
    return [{ ...revenue, at, current: current - released, next, ends, arrived: vaults[at]! - revenue.held }];
  });
  type Row = (typeof rows)[number];
  const amount = (title: string, pick: (row: Row) => bigint) => ({
    title,
    number: true,
    cell: (row: Row) => <Tokens amount={pick(row)} decimals={decimals[row.at]!} />,
  });
  return (
    <Section id="revenue" title={t('farm.revenue')} note={t('farm.revenueNote')}>
      <Table<Row>
        caption={t('farm.revenue')}
        columns={[
          {
            title: t('revenue.stream'),
            cell: ({ at }) => t(at === 0 ? 'revenue.payment' : 'revenue.reward'),
          },
          { title: t('revenue.token'), cell: ({ mint }) => <Account address={mint} /> },
          amount(t('revenue.current'), ({ current }) => current),
          { title: t('revenue.ends'), cell: ({ ends }) => when(ends, now) },
          amount(t('revenue.next'), ({ next }) => next),
          amount(t('revenue.arrived'), ({ arrived }) => arrived),
          {
            ...amount(t('revenue.held'), ({ held }) => held),
            cell: ({ held, vault, at }) => (
              <Account address={vault}>
                <Tokens amount={held} decimals={decimals[at]!} />
              </Account>
            ),
          },
        ]}
        rows={rows}
        keyOf={({ at }) => at}
      />
    </Section>
  );
}
