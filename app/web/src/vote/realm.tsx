// Must be imported first: it prepares what the other modules use at once.
import '../onchain/node';
import { printable } from '@commonwire/sdk/core';
import { standingOf, timesOf, treasuryAddress } from '@commonwire/sdk/realm';
import type { PublicKey } from '@solana/web3.js';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { formatTokens } from '../format';
import { useSnapshot } from '../live';
import { Account, days, OpenByAddress, when } from '../onchain/account';
import { FromChain } from '../onchain/from-chain';
import { Empty, Facts, Section, State, Table, Tile, Tokens } from '../parts';
import { t } from '../text';
import { Waiting } from '../transact/with-wallet';
import { type ListedProposal, listProposals, proposalState, type RealmFacts, readRealm } from './reading';

/** Loaded once somebody wants to connect a wallet: few do. */
const StakeWallet = lazy(() => import('./stake-wallet'));

/** A realm: what is staked, how it decides, its proposals, and what the reader has staked. */
export default function Realm({ address }: { address: PublicKey }) {
  const { rpc } = useSnapshot();
  const [isOpen, open] = useState(false);
  return (
    <FromChain name={['realm', `${address}`]} read={(node) => readRealm(node, address)} every={10}>
      {(facts) => (
        <>
          <What {...facts} />
          <Section id="mine" title={t('stake.mine')} note={t('farm.mineNote')}>
            {isOpen && rpc ? (
              <Suspense fallback={<Waiting />}>
                <StakeWallet pool={address} rpc={rpc} />
              </Suspense>
            ) : (
              <button type="button" onClick={() => open(true)}>
                {t('collect.connect')}
              </button>
            )}
          </Section>
          <Proposals {...facts} />
        </>
      )}
    </FromChain>
  );
}

function What({ pool: facts, dao }: RealmFacts) {
  const { pool, decimals, incomeDecimals, now } = facts;
  const { rules, of, realm, guardians } = dao;
  const amount = (units: bigint) => <Tokens amount={units} decimals={decimals} />;
  const { windowSeconds, window } = pool.stream;
  return (
    <Section id="realm" title={printable(of.name)} note={t('vote.note')}>
      <dl className="tiles">
        <Tile name={t('stake.all')} value={amount(pool.staked)} />
        <Tile name={t('vote.weight')} value={amount(pool.totalWeight)}>
          {t('vote.weightNote')}
        </Tile>
        <Tile name={t('stake.income')} value={<Tokens amount={pool.incomeTotal} decimals={incomeDecimals} />}>
          {t('stake.incomeNote', { left: formatTokens(pool.incomeLeft, incomeDecimals) })}
        </Tile>
      </dl>
      <Facts
        facts={[
          [t('vote.quorum'), t('vote.quorumIs', { percent: rules.quorumPercent })],
          [t('vote.time'), days(rules.votingSeconds, 'vote.days')],
          [t('vote.holdUp'), days(rules.holdUpSeconds, 'vote.days')],
          [
            t('vote.veto'),
            rules.vetoPercent === null
              ? t('rule.nobody')
              : t('vote.vetoIs', { percent: rules.vetoPercent, guardians: `${guardians}` }),
          ],
          [t('vote.propose'), formatTokens(rules.proposalWeight, decimals)],
          [t('stake.coolDown'), days(pool.coolDownSeconds, 'vote.days')],
          [t('stake.window'), when((window + 1n) * windowSeconds, now)],
          [t('vote.realm'), <Account key="realm" address={realm} />],
          [t('vote.pool'), <Account key="pool" address={facts.address} />],
          [t('vote.treasury'), <Account key="treasury" address={treasuryAddress(dao.dao.governance)} />],
          [t('vote.token'), <Account key="token" address={pool.mint} />],
          [t('stake.vault'), <Account key="vault" address={pool.vault} />],
          ['Realms', <OnRealms key="realms" realm={realm} />],
        ]}
      />
      {!dao.isPlain && <p className="problem">{t('vote.notPlain')}</p>}
    </Section>
  );
}

/** Where others see and use the same realm. Nothing is asked there unless the reader goes. */
const OnRealms = ({ realm }: { realm: PublicKey }) => (
  <a href={`https://app.realms.today/dao/${realm}`} target="_blank" rel="noreferrer">
    app.realms.today
  </a>
);

function Proposals({ pool, dao }: RealmFacts) {
  const pathOf = (proposal: PublicKey) => `/vote/${pool.address}/${proposal}`;
  return (
    <Section id="proposals" title={t('vote.proposals')}>
      <FromChain
        name={['proposals', `${dao.realm}`]}
        read={(node) => listProposals(node, dao.realm)}
        every={30}
        instead={<Empty>{t('vote.proposalsRefused')}</Empty>}
      >
        {(listed) =>
          listed.length === 0 ? (
            <Empty>{t('vote.noProposals')}</Empty>
          ) : (
            <List listed={listed} pathOf={pathOf} />
          )
        }
      </FromChain>
      <OpenByAddress label={t('vote.proposalAddress')} pathOf={pathOf} />
    </Section>
  );
}

function List(props: { listed: readonly ListedProposal[]; pathOf: (proposal: PublicKey) => string }) {
  const { listed, pathOf } = props;
  const weight = (units: bigint, { facts }: ListedProposal) => (
    <Tokens amount={units} decimals={facts.decimals} />
  );
  return (
    <Table<ListedProposal>
      caption={t('vote.proposals')}
      columns={[
        {
          title: t('proposal.title'),
          cell: ({ proposal: { address, name } }) => (
            <Link href={pathOf(address)}>{printable(name) || `${address}`}</Link>
          ),
        },
        {
          title: t('farm.state'),
          cell: ({ proposal, facts }) => {
            const { mood, text } = proposalState(proposal, facts);
            return <State mood={mood}>{text}</State>;
          },
        },
        { title: t('proposal.for'), number: true, cell: (row) => weight(row.proposal.yes, row) },
        { title: t('proposal.against'), number: true, cell: (row) => weight(row.proposal.no, row) },
        {
          title: t('vote.quorum'),
          number: true,
          cell: (row) => {
            const { quorum, isReached } = standingOf(row.proposal, row.facts);
            if (quorum === null) return t('app.none');
            return (
              <State mood={isReached ? 'good' : 'quiet'}>{formatTokens(quorum, row.facts.decimals)}</State>
            );
          },
        },
        {
          title: t('proposal.until'),
          cell: ({ proposal, facts }) => {
            const { until } = timesOf(proposal, facts.rules);
            return until === null ? t('app.none') : when(until, facts.now);
          },
        },
      ]}
      rows={listed}
      keyOf={({ proposal }) => `${proposal.address}`}
    />
  );
}
