// Must be imported first: it prepares what the other modules use at once.
import '../onchain/node';
import { raised } from '@commonwire/sdk/assets';
import { printable } from '@commonwire/sdk/core';
import { lazy } from 'react';
import { Link } from 'wouter';
import { type Listed, listAssets, percentOfLeast, stateOf } from '../farms/reading';
import { formatTime } from '../format';
import { OpenByAddress } from '../onchain/account';
import { FromChain } from '../onchain/from-chain';
import { addressIn } from '../onchain/node';
import { Empty, Quiet, Section, State, Table, Tokens } from '../parts';
import { t } from '../text';

const Farm = lazy(() => import('../farms/farm'));

/** All assets that the chain knows, or one. */
export default function FarmsPage({ address: text }: { address?: string }) {
  const address = text === undefined ? undefined : addressIn(text);
  if (text === undefined) return <Farms />;
  return address ? <Farm address={address} /> : <Empty>{t('chain.noAddress')}</Empty>;
}

const Farms = () => (
  <Section id="farms" title={t('farms.title')} note={t('farms.note')}>
    <FromChain name={['assets']} read={listAssets} every={60} instead={<Empty>{t('farms.refused')}</Empty>}>
      {(listed) => (listed.length === 0 ? <Empty>{t('farms.none')}</Empty> : <List listed={listed} />)}
    </FromChain>
    <OpenByAddress label={t('farms.address')} pathOf={(address) => `/farms/${address}`} />
  </Section>
);

const List = ({ listed }: { listed: readonly Listed[] }) => (
  <Table<Listed>
    caption={t('farms.title')}
    columns={[
      {
        title: t('farm.name'),
        cell: ({ asset }) => (
          <Link href={`/farms/${asset.address}`}>{printable(asset.metadata.name) || `${asset.address}`}</Link>
        ),
      },
      {
        title: t('farm.state'),
        cell: ({ asset }) => <State mood={stateOf(asset).mood}>{stateOf(asset).text}</State>,
      },
      {
        title: t('farm.raised'),
        number: true,
        cell: ({ asset, decimals }) => <Tokens amount={raised(asset)} decimals={decimals} />,
      },
      {
        title: t('farm.ofLeast'),
        number: true,
        cell: ({ asset }) => <Quiet>{percentOfLeast(asset)} %</Quiet>,
      },
      {
        title: t('farm.least'),
        number: true,
        cell: ({ asset: { terms }, decimals }) => (
          <Tokens amount={terms.minShares * terms.price} decimals={decimals} />
        ),
      },
      { title: t('farm.deadline'), cell: ({ asset }) => formatTime(Number(asset.terms.deadline)) },
    ]}
    rows={listed}
    keyOf={({ asset }) => `${asset.address}`}
  />
);
