import { useQueryClient } from '@tanstack/react-query';
import type { Wallet } from '@wallet-standard/base';
import { useEffect, useRef, useState } from 'react';
import { oracleApi } from '../api';
import { useSnapshot } from '../live';
import { Code, Empty, Facts, type Mood, State, Table, Tokens } from '../parts';
import { type TextId, t } from '../text';
import { Chain } from './chain';
import { type CollectionPlan, collect, type Outcome, planCollection } from './collection';
import { type Connected, connectTo, findWallets, onWallets } from './wallets';

const LAMPORTS_DECIMALS = 9;

interface Sent {
  place: number;
  outcome: Outcome;
  signature: string;
}

type Step =
  | { name: 'choose' }
  | { name: 'busy'; text: string }
  | { name: 'nothing' }
  | { name: 'planned'; plan: CollectionPlan; wallet: Connected; chain: Chain }
  | { name: 'sent'; plan: CollectionPlan }
  | { name: 'failed'; text: string };

/** The words and colours of what became of a transaction. */
const OUTCOMES = {
  waiting: { mood: 'quiet', text: 'collect.waiting' },
  confirmed: { mood: 'good', text: 'collect.confirmed' },
  failed: { mood: 'bad', text: 'collect.failed-there' },
  expired: { mood: 'warn', text: 'collect.expired' },
  unknown: { mood: 'warn', text: 'collect.unknown' },
} as const satisfies Record<Outcome, { mood: Mood; text: TextId }>;

/** Pays an owner all that is due, with any wallet of this browser. */
export default function Collect({ owner, rpc, decimals }: { owner: string; rpc: string; decimals: number }) {
  const { network, source } = useSnapshot();
  const queries = useQueryClient();
  const [step, go] = useState<Step>({ name: 'choose' });
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => region.current?.focus(), []);

  /** Shows that something runs, then what it leads to, or why it failed. */
  const run = async (text: string, act: () => Promise<Step | undefined>) => {
    go({ name: 'busy', text });
    try {
      const next = await act();
      if (next) go(next);
    } catch (error) {
      go({ name: 'failed', text: error instanceof Error ? error.message : String(error) });
    }
  };
  const plan = (chosen: Wallet) =>
    run(t('collect.planning'), async () => {
      const wallet = await connectTo(chosen);
      if (!wallet) return { name: 'failed', text: t('collect.noAccount') };
      if (!network || !source) return { name: 'failed', text: t('app.noData') };
      const chain = new Chain(rpc);
      const readOwner = () => oracleApi(source).allOf(owner);
      const found = await planCollection({ chain, network, wallet, readOwner });
      return found ? { name: 'planned', plan: found, wallet, chain } : { name: 'nothing' };
    });
  const sign = (planned: Extract<Step, { name: 'planned' }>) => {
    setSent([]);
    return run(t('collect.signing'), async () => {
      const told = new Map<number, Sent>();
      await collect(planned.chain, planned.plan, planned.wallet, (place, outcome, signature) => {
        told.set(place, { place, outcome, signature });
        setSent([...told.values()].sort((a, b) => a.place - b.place));
        go({ name: 'sent', plan: planned.plan });
      });
      await queries.invalidateQueries();
      return undefined;
    });
  };
  const again = (
    <button type="button" onClick={() => go({ name: 'choose' })}>
      {t('collect.again')}
    </button>
  );
  return (
    <div id="collection" ref={region} tabIndex={-1} aria-live="polite">
      {step.name === 'choose' && <Wallets choose={plan} />}
      {step.name === 'busy' && <Empty>{step.text}</Empty>}
      {step.name === 'nothing' && (
        <>
          <Empty>{t('collect.nothing')}</Empty>
          {again}
        </>
      )}
      {step.name === 'failed' && (
        <>
          <p className="problem">{t('collect.failed', { reason: step.text })}</p>
          {again}
        </>
      )}
      {step.name === 'planned' && (
        <>
          <Planned plan={step.plan} decimals={decimals} />
          <button type="button" onClick={() => sign(step)}>
            {t('collect.sign')}
          </button>{' '}
          <button type="button" onClick={() => go({ name: 'choose' })}>
            {t('collect.cancel')}
          </button>
        </>
      )}
      {step.name === 'sent' && (
        <>
          <Table<Sent>
            caption={t('collect.transactions')}
            columns={[
              { title: t('collect.transaction'), cell: ({ signature }) => <Code text={signature} /> },
              {
                title: t('collect.pays'),
                number: true,
                cell: ({ place }) => (
                  <Tokens amount={step.plan.transactions[place]?.pays ?? 0n} decimals={decimals} />
                ),
              },
              {
                title: t('collect.outcome'),
                cell: ({ outcome }) => (
                  <State mood={OUTCOMES[outcome].mood}>{t(OUTCOMES[outcome].text)}</State>
                ),
              },
            ]}
            rows={sent}
            keyOf={({ place }) => place}
          />
          {sent.every(({ outcome }) => outcome !== 'waiting') && again}
        </>
      )}
    </div>
  );
}

function Wallets({ choose }: { choose: (wallet: Wallet) => void }) {
  const [wallets, setWallets] = useState(findWallets);
  useEffect(() => onWallets(() => setWallets(findWallets())), []);
  if (wallets.length === 0) return <Empty>{t('collect.noWallet')}</Empty>;
  return (
    <p>
      {wallets.map((wallet) => (
        <button key={wallet.name} type="button" onClick={() => choose(wallet)}>
          {t('collect.with', { wallet: wallet.name })}
        </button>
      ))}
    </p>
  );
}

const Planned = ({ plan, decimals }: { plan: CollectionPlan; decimals: number }) => (
  <Facts
    facts={[
      [t('collect.willPay'), <Tokens key="pays" amount={plan.pays} decimals={decimals} />],
      [t('collect.transactions'), plan.transactions.length],
      [
        t('collect.fee'),
        <span key="fee">
          <Tokens amount={plan.fee} decimals={LAMPORTS_DECIMALS} /> SOL
        </span>,
      ],
      ...(plan.rent > 0n
        ? [
            [
              t('collect.rent'),
              <span key="rent">
                <Tokens amount={plan.rent} decimals={LAMPORTS_DECIMALS} /> SOL
              </span>,
            ] as const,
          ]
        : []),
      [t('collect.payer'), <Code key="payer" text={plan.payer} />],
    ]}
  />
);
