// Must be imported first: it prepares what the other modules use at once.
import '../onchain/node';
import { printable } from '@commonwire/sdk/core';
import { PublicKey } from '@solana/web3.js';
import { lazy } from 'react';
import { Link } from 'wouter';
import { isWaiting, useSnapshot } from '../live';
import { OpenByAddress } from '../onchain/account';
import { FromChain } from '../onchain/from-chain';
import { addressIn } from '../onchain/node';
import { Empty, Section, State, Table, Tokens } from '../parts';
import { t } from '../text';
import { type FoundRealm, findRealms } from '../vote/reading';

const Realm = lazy(() => import('../vote/realm'));
const Proposal = lazy(() => import('../vote/proposal'));

/** The realm of the network, one of a pool, or a proposal. */
export default function VotePage(fields: { pool?: string; proposal?: string }) {
  const { pool, proposal } = fields;
  if (pool === undefined) return <Realms />;
  const [of, at] = [addressIn(pool), proposal === undefined ? undefined : addressIn(proposal)];
  if (!of || (proposal !== undefined && !at)) return <Empty>{t('chain.noAddress')}</Empty>;
  return at ? <Proposal pool={of} address={at} /> : <Realm address={of} />;
}

function Realms() {
  const snapshot = useSnapshot();
  const { network } = snapshot;
  return (
    <Section id="realms" title={t('vote.title')} note={t('vote.note')}>
      {network ? (
        <FromChain
          name={['realms', network.network]}
          read={(node) => findRealms(node, new PublicKey(network.network))}
          every={60}
          instead={<Empty>{t('vote.refused')}</Empty>}
        >
          {(found) =>
            found.length === 0 ? (
              <Empty>{t('vote.none')}</Empty>
            ) : (
              <List found={found} decimals={network.decimals} />
            )
          }
        </FromChain>
      ) : (
        <Empty>{t(isWaiting(snapshot) ? 'app.loading' : 'app.noData')}</Empty>
      )}
      <OpenByAddress label={t('vote.poolAddress')} pathOf={(address) => `/vote/${address}`} />
    </Section>
  );
}

const List = ({ found, decimals }: { found: readonly FoundRealm[]; decimals: number }) => (
  <Table<FoundRealm>
    caption={t('vote.title')}
    columns={[
      {
        title: t('vote.realm'),
        cell: ({ pool, realm }) => <Link href={`/vote/${pool.address}`}>{printable(realm.name)}</Link>,
      },
      {
        title: t('vote.role'),
        cell: ({ governs }) => (
          <State mood={governs ? 'good' : 'quiet'}>{t(governs ? 'vote.governs' : 'vote.governsNot')}</State>
        ),
      },
      {
        title: t('stake.all'),
        number: true,
        cell: ({ pool }) => <Tokens amount={pool.staked} decimals={decimals} />,
      },
      {
        title: t('vote.weight'),
        number: true,
        cell: ({ pool }) => <Tokens amount={pool.totalWeight} decimals={decimals} />,
      },
    ]}
    rows={found}
    keyOf={({ pool }) => `${pool.address}`}
  />
);
