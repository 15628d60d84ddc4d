// Must be imported first: it prepares what the other modules use at once.
import '../onchain/node';
import { printable } from '@commonwire/sdk/core';
import { standingOf, timesOf } from '@commonwire/sdk/realm';
import type { PublicKey } from '@solana/web3.js';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { formatTokens } from '../format';
import { useSnapshot } from '../live';
import { Account, Foreign, when } from '../onchain/account';
import { FromChain } from '../onchain/from-chain';
import { Empty, Facts, Section, State } from '../parts';
import { t } from '../text';
import type { Fact } from '../transact/flow';
import { Waiting } from '../transact/with-wallet';
import { proposalState, type ReadProposal, readProposal } from './reading';

/** Loaded once somebody wants to connect a wallet: few do. */
const ProposalWallet = lazy(() => import('./proposal-wallet'));

/** A proposal: what it would do, how the vote stands, what comes next, and the reader's vote. */
export default function Proposal({ pool, address }: { pool: PublicKey; address: PublicKey }) {
  const { rpc } = useSnapshot();
  const [isOpen, open] = useState(false);
  return (
    <>
      <p>
        <Link href={`/vote/${pool}`}>{t('proposal.back')}</Link>
      </p>
      <FromChain name={['proposal', `${address}`]} read={(node) => readProposal(node, address)} every={10}>
        {(read) => (
          <>
            <Standing {...read} />
            <Actions {...read} />
            <Section id="mine" title={t('proposal.yours')} note={t('farm.mineNote')}>
              {isOpen && rpc ? (
                <Suspense fallback={<Waiting />}>
                  <ProposalWallet pool={read.decision.pool} address={address} rpc={rpc} />
                </Suspense>
              ) : (
                <button type="button" onClick={() => open(true)}>
                  {t('collect.connect')}
                </button>
              )}
            </Section>
          </>
        )}
      </FromChain>
    </>
  );
}

function Standing({ decision }: ReadProposal) {
  const { proposal, rules, decimals, guardians, now, isPlain } = decision;
  const { all, quorum, isReached, passes, vetoes } = standingOf(proposal, decision);
  const { yesUntil, until, heldUntil } = timesOf(proposal, rules);
  const { mood, text } = proposalState(proposal, decision);
  const weight = (units: bigint) => formatTokens(units, decimals);
  const isVoting = proposal.state === 'Voting';
  const at = (name: string, time: bigint | null): Fact[] => (time === null ? [] : [[name, when(time, now)]]);
  return (
    <Section id="proposal" title={printable(proposal.name)} note={<State mood={mood}>{text}</State>}>
      {!isPlain && <p className="problem">{t('vote.notPlain')}</p>}
      <Facts
        facts={[
          [t('proposal.for'), weight(proposal.yes)],
          [t('proposal.against'), weight(proposal.no)],
          [
            t('vote.quorum'),
            quorum === null || all === null
              ? t('vote.quorumIs', { percent: rules.quorumPercent })
              : t(isReached ? 'proposal.reached' : 'proposal.notReached', {
                  quorum: weight(quorum),
                  percent: rules.quorumPercent,
                  all: weight(all),
                }),
          ],
          ...(isVoting
            ? [[t('proposal.stands'), t(passes ? 'proposal.passes' : 'proposal.fails')] as const]
            : []),
          ...(vetoes === null
            ? []
            : [
                [
                  t('vote.veto'),
                  t('proposal.vetoes', {
                    veto: `${proposal.veto}`,
                    vetoes: `${vetoes}`,
                    guardians: `${guardians}`,
                  }),
                ] as const,
              ]),
          ...at(t('proposal.yesUntil'), isVoting ? yesUntil : null),
          ...at(t('proposal.until'), until),
          ...at(t('proposal.heldUntil'), heldUntil),
          [t('proposal.from'), <Account key="from" address={proposal.proposer} />],
          [t('proposal.about'), <Foreign key="link" link={printable(proposal.link)} />],
          [t('proposal.account'), <Account key="account" address={proposal.address} />],
        ]}
      />
    </Section>
  );
}

/** What it would do, from what is to what would be, in the words that the commands have for it, which are English. */
const Actions = ({ actions }: ReadProposal) => (
  <Section id="actions" title={t('proposal.actions')} note={t('proposal.actionsNote')}>
    {actions.length === 0 && <Empty>{t('proposal.noActions')}</Empty>}
    {actions.map(({ action, effects, warnings }, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: actions keep their order
      <section key={at} aria-label={t('proposal.action', { number: at + 1 })}>
        <h3>
          {t('proposal.action', { number: at + 1 })}{' '}
          <State mood={action.executedAt === null ? 'quiet' : 'good'}>
            {t(action.executedAt === null ? 'proposal.notExecuted' : 'proposal.executed')}
          </State>
        </h3>
        <ul className="checks" lang="en">
          {effects.map((line) => (
            <li key={line}>{printable(line)}</li>
          ))}
          {warnings.map((line) => (
            <li key={line}>
              <State mood="bad">{printable(line)}</State>
            </li>
          ))}
        </ul>
      </section>
    ))}
  </Section>
);
