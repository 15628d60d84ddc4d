import type { OrderInfo } from '@commonwire/sdk/oracle';
import { useState } from 'react';
import { Link } from 'wouter';
import { oracleApi } from '../api';
import { formatTime, formatTokens } from '../format';
import { useSnapshot } from '../live';
import { Loaded } from '../pages/loaded';
import { type Column, Empty, Facts, OwnerLink, Section, State, Table, Tokens } from '../parts';
import { type TextId, t } from '../text';
import { planAction } from '../transact/action';
import type { Chain } from '../transact/chain';
import { type Fact, Flow } from '../transact/flow';
import type { Connected } from '../transact/wallets';
import { energyText, priceOf } from './figures';
import { Standing, type Terms, TradeLink } from './parts';
import type { Act, Known, Prepared } from './trading';
import { useChain } from './use-chain';

/** An offer or order: its terms, what it traded, what the chain proves of it, and what can be done with it. */
export function AccountView({ address }: { address: string }) {
  return (
    <Loaded name={['market', 'account', address]} read={(oracle) => oracle.trade(address)}>
      {(info) => <Account info={info} />}
    </Loaded>
  );
}

function Account({ info }: { info: OrderInfo }) {
  const { account, offer, order, cleared, usage } = info;
  const terms = offer ?? order;
  const {
    data: known,
    error,
    rpc,
  } = useChain(['account', account, `${info.epoch}`], (chain, client) => client.readKnown(chain, info));
  const decimals = known?.facts.decimals ?? 0;
  const columns: Column<OrderInfo['cleared'][number]>[] = [
    { title: t('market.interval'), cell: ({ start }) => formatTime(start) },
    { title: t('market.quantity'), number: true, cell: ({ units }) => energyText(BigInt(units)) },
    { title: t('market.price'), number: true, cell: ({ price }) => priceOf(BigInt(price), decimals) },
  ];
  return (
    <>
      <Section
        id="account"
        title={offer ? t('market.offer') : t('market.order')}
        note={<code>{account}</code>}
      >
        {terms ? <Facts facts={factsOf(terms, decimals)} /> : <p className="problem">{t('market.ended')}</p>}
        <Facts
          facts={[
            [t('market.used'), energyText(BigInt(usage?.leaf.units ?? 0))],
            [
              t('market.amount'),
              <Tokens key="amount" amount={BigInt(usage?.leaf.amount ?? 0)} decimals={decimals} />,
            ],
            [t('market.proof'), <Proof key="proof" known={known} error={error} rpc={rpc} />],
            ...(known
              ? [
                  [
                    t('market.settled'),
                    <Tokens key="settled" amount={known.account.settledAmount} decimals={decimals} />,
                  ] as const,
                ]
              : []),
          ]}
        />
      </Section>
      {rpc && known && <Acts info={info} known={known} rpc={rpc} />}
      <Section id="cleared" title={t('market.cleared')} note={t('market.clearedNote', { epoch: info.epoch })}>
        {cleared.length === 0 ? (
          <Empty>{t('market.nothingCleared')}</Empty>
        ) : (
          <Table
            caption={t('market.cleared')}
            columns={columns}
            rows={cleared}
            keyOf={({ start }) => start}
          />
        )}
      </Section>
    </>
  );
}

function factsOf(terms: Terms, decimals: number): Fact[] {
  const devices = 'devices' in terms ? terms.devices : [terms.device];
  return [
    [t('market.state'), <Standing key="state" terms={terms} />],
    [t('device.owner'), <OwnerLink key="owner" address={terms.owner} />],
    [t('market.area'), <TradeLink key="area" kind="areas" id={terms.area} />],
    [
      t('market.meters'),
      devices.map((device) => (
        <span key={device}>
          <Link href={`/market/meters/${device}`}>{device}</Link>{' '}
        </span>
      )),
    ],
    [t('market.from'), formatTime(terms.from)],
    [t('market.until'), formatTime(terms.until)],
    ...('ask' in terms
      ? ([
          [t('market.ask'), priceOf(BigInt(terms.ask), decimals)],
          [t('market.capacity'), energyText(BigInt(terms.capacity))],
        ] as const)
      : ([
          [t('market.maxPrice'), priceOf(BigInt(terms.max_price), decimals)],
          [t('market.budget'), formatTokens(BigInt(terms.budget), decimals)],
        ] as const)),
  ];
}

function Proof({
  known,
  error,
  rpc,
}: {
  known: Known | undefined;
  error: Error | null;
  rpc: string | undefined;
}) {
  if (rpc === undefined) return t('market.noNode');
  if (error) return <State mood="warn">{error.message}</State>;
  if (!known) return t('app.loading');
  return known.proven ? (
    <State mood="good">{t('market.holds')}</State>
  ) : (
    <State mood="bad">{t('market.lies')}</State>
  );
}

const ACTS = {
  settle: 'market.settle',
  collect: 'market.collect',
  cancel: 'market.cancel',
  close: 'market.close',
} as const satisfies Record<Act, TextId>;

function Acts({ info, known, rpc }: { info: OrderInfo; known: Known; rpc: string }) {
  const { source } = useSnapshot();
  const [act, choose] = useState<Act>();
  const { data: acts = [] } = useChain(['acts', info.account, `${known.facts.now}`], async (_, client) =>
    client.actsOn(known),
  );
  // What the oracle says now, not what the page showed when it was opened.
  const prepare = async (chain: Chain, wallet: Connected) => {
    const client = await import('./trading');
    const latest = await client.readKnown(chain, await oracleApi(source!).trade(info.account));
    return client.prepareAct(act!, latest, wallet.address);
  };
  return (
    <Section id="acts" title={t('market.acts')} note={t('market.actsNote')}>
      {acts.length === 0 && act === undefined && <Empty>{t('market.noActs')}</Empty>}
      {acts.map((one) => (
        <button key={one} type="button" aria-pressed={one === act} onClick={() => choose(one)}>
          {t(ACTS[one])}
        </button>
      ))}
      {act && <Trade key={act} id="act" rpc={rpc} title={t(ACTS[act])} prepare={prepare} />}
    </Section>
  );
}

/** The way of a trade's transaction: it is simulated, shown, signed and followed. */
export function Trade(props: {
  id: string;
  rpc: string;
  title: string;
  prepare: (chain: Chain, wallet: Connected) => Promise<Prepared | null>;
}) {
  const { id, rpc, title, prepare } = props;
  return (
    <Flow
      id={id}
      rpc={rpc}
      plan={async (wallet, chain) => {
        const prepared = await prepare(chain, wallet);
        return prepared && planAction({ chain, wallet, ...prepared });
      }}
      nothing={t('market.nothing')}
      facts={({ changes }) =>
        changes.map(({ name, before, after, decimals }) => [
          name,
          `${formatTokens(before, decimals)} → ${formatTokens(after, decimals)}`,
        ])
      }
      does={t('market.does')}
      doing={() => title}
    />
  );
}
