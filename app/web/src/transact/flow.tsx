import { useQueryClient } from '@tanstack/react-query';
import type { Wallet } from '@wallet-standard/base';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Code, Empty, Facts, type Mood, State, Table, Tokens } from '../parts';
import { type TextId, t } from '../text';
import { Chain } from './chain';
import { carryOut, type Outcome, type Plan } from './plan';
import { type Connected, connectTo, findWallets, onWallets } from './wallets';

const LAMPORTS_DECIMALS = 9;

/** Something that is shown of a plan, by its name. */
export type Fact = readonly [string, ReactNode];

/** What one kind of transactions adds to the flow that all have. */
export interface FlowProps<P extends Plan> {
  id: string;
  rpc: string;
  /** The wallet that signs, where it is chosen already: then it is planned at once. */
  wallet?: Connected;
  /** Leaves the flow, where it was begun for one action. */
  close?: () => void;
  /** Plans and simulates; null: nothing is to do. */
  plan: (wallet: Connected, chain: Chain) => Promise<P | null>;
  /** Said where nothing is to do. */
  nothing: string;
  /** What would come of it. */
  facts: (plan: P) => readonly Fact[];
  /** Heading of what each transaction does, and the same of one. */
  does: string;
  doing: (plan: P, place: number) => ReactNode;
}

interface Sent {
  place: number;
  outcome: Outcome;
  signature: string;
}

type Step<P extends Plan> =
  | { name: 'choose' }
  | { name: 'busy'; text: string }
  | { name: 'nothing' }
  | { name: 'planned'; plan: P; wallet: Connected; chain: Chain }
  | { name: 'sent'; plan: P }
  | { name: 'failed'; text: string };

/** The words and colours of what became of a transaction. */
const OUTCOMES = {
  waiting: { mood: 'quiet', text: 'collect.waiting' },
  confirmed: { mood: 'good', text: 'collect.confirmed' },
  failed: { mood: 'bad', text: 'collect.failed-there' },
  expired: { mood: 'warn', text: 'collect.expired' },
  unknown: { mood: 'warn', text: 'collect.unknown' },
} as const satisfies Record<Outcome, { mood: Mood; text: TextId }>;

/** Lamports as SOL. */
export const Sol = ({ lamports }: { lamports: bigint }) => (
  <>
    <Tokens amount={lamports} decimals={LAMPORTS_DECIMALS} /> SOL
  </>
);

/** The way of every transaction: a wallet is chosen, it is planned, simulated, shown, signed, and followed to its end. */
export function Flow<P extends Plan>(props: FlowProps<P>) {
  const { rpc } = props;
  const queries = useQueryClient();
  const [step, go] = useState<Step<P>>({ name: 'choose' });
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const region = useRef<HTMLDivElement>(null);
  const { wallet: given, close } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a flow is begun once
  useEffect(() => {
    region.current?.focus();
    if (given) void planFor(given);
  }, []);

  /** Shows that something runs, then what it leads to, or why it failed. */
  const run = async (text: string, act: () => Promise<Step<P> | undefined>) => {
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
      return wallet ? planned(wallet) : { name: 'failed', text: t('collect.noAccount') };
    });
  const planned = async (wallet: Connected): Promise<Step<P>> => {
    const chain = new Chain(rpc);
    const found = await props.plan(wallet, chain);
    return found ? { name: 'planned', plan: found, wallet, chain } : { name: 'nothing' };
  };
  const planFor = (wallet: Connected) => run(t('act.planning'), () => planned(wallet));
  const begin = () => (given ? void planFor(given) : go({ name: 'choose' }));
  const leave = close ?? (() => go({ name: 'choose' }));
  const sign = (planned: Extract<Step<P>, { name: 'planned' }>) => {
    setSent([]);
    return run(t('collect.signing'), async () => {
      const told = new Map<number, Sent>();
      await carryOut(planned.chain, planned.plan, planned.wallet, (place, outcome, signature) => {
        told.set(place, { place, outcome, signature });
        setSent([...told.values()].sort((a, b) => a.place - b.place));
        go({ name: 'sent', plan: planned.plan });
      });
      await queries.invalidateQueries();
      return undefined;
    });
  };
  const again = (
    <>
      <button type="button" onClick={begin}>
        {t('collect.again')}
      </button>{' '}
      {close && (
        <button type="button" onClick={close}>
          {t('act.close')}
        </button>
      )}
    </>
  );
  return (
    <div id={props.id} ref={region} tabIndex={-1} aria-live="polite">
      {step.name === 'choose' && !given && <Wallets choose={plan} />}
      {step.name === 'busy' && <Empty>{step.text}</Empty>}
      {step.name === 'nothing' && (
        <>
          <Empty>{props.nothing}</Empty>
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
          <Planned plan={step.plan} facts={props.facts(step.plan)} />
          <button type="button" onClick={() => sign(step)}>
            {t('collect.sign')}
          </button>{' '}
          <button type="button" onClick={leave}>
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
                title: props.does,
                number: true,
                cell: ({ place }) => props.doing(step.plan, place),
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

/** The wallets of this browser, to choose one. */
export function Wallets({ choose }: { choose: (wallet: Wallet) => void }) {
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

const Planned = ({ plan, facts }: { plan: Plan; facts: readonly Fact[] }) => (
  <Facts
    facts={[
      ...facts,
      [t('collect.transactions'), plan.transactions.length],
      [t('collect.fee'), <Sol key="fee" lamports={plan.fee} />],
      [t('collect.payer'), <Code key="payer" text={plan.payer} />],
    ]}
  />
);
