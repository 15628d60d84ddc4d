import { parseUnits } from '@commonwire/sdk/core';
import type { AreaClearingInfo, AreaInfo } from '@commonwire/sdk/oracle';
import { type FormEvent, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { oracleApi } from '../api';
import { formatTime, formatTokens } from '../format';
import { useSnapshot } from '../live';
import { Loaded } from '../pages/loaded';
import { Code, type Column, Empty, Facts, Section, Table } from '../parts';
import { t } from '../text';
import type { Chain } from '../transact/chain';
import type { Connected } from '../transact/wallets';
import { Trade } from './account';
import { ClearingChart } from './clearing-chart';
import { byTime, energyText, priceOf } from './figures';
import { Book } from './parts';
import type { Wanted } from './trading';
import { useMarket } from './use-chain';

/** Wh in a kWh, and seconds in an hour. */
const [KILO, HOUR] = [1000n, 3600n];
const MOST_HOURS = 24 * 365;

/** One area: what it cleared at which price, what is offered and ordered there, and a form to order. */
export function AreaView({ address }: { address: string }) {
  return (
    <Loaded name={['market', 'areas']} read={(oracle) => oracle.areas()}>
      {({ areas }) => {
        const area = areas.find((one) => one.area === address);
        return area ? (
          <Area area={address} cell={area.cell} market={area.market} />
        ) : (
          <Empty>{t('market.noArea')}</Empty>
        );
      }}
    </Loaded>
  );
}

function Area({ area, cell, market }: { area: string; cell: string; market: string }) {
  const { rpc } = useSnapshot();
  const facts = useMarket(market);
  const decimals = facts?.decimals ?? 0;
  return (
    <>
      <Loaded name={['market', 'area', cell]} read={(oracle) => oracle.area(cell)}>
        {(info: AreaInfo) => (
          <Clearings info={info} area={area} cell={cell} market={market} decimals={decimals} />
        )}
      </Loaded>
      {rpc && facts && <Order area={area} market={market} decimals={decimals} rpc={rpc} />}
      <Loaded name={['market', 'book', area]} read={(oracle) => oracle.traders({ area })}>
        {({ accounts, epoch }) => (
          <Section id="book" title={t('market.book')} note={t('market.bookNote', { epoch })}>
            <Book
              accounts={accounts.flatMap(({ offer, order }) => offer ?? order ?? [])}
              decimals={decimals}
              none={t('market.emptyBook')}
            />
          </Section>
        )}
      </Loaded>
    </>
  );
}

function Clearings(props: { info: AreaInfo; area: string; cell: string; market: string; decimals: number }) {
  const { info, area, cell, market, decimals } = props;
  const found = info.areas.find((one) => one.area === area);
  const clearings = useMemo(() => byTime(found?.clearings ?? []), [found]);
  const columns: Column<AreaClearingInfo>[] = [
    { title: t('market.interval'), cell: ({ start }) => formatTime(start) },
    {
      title: t('market.price'),
      number: true,
      cell: ({ price }) => (price === null ? t('app.none') : priceOf(BigInt(price), decimals)),
    },
    { title: t('market.quantity'), number: true, cell: ({ quantity }) => energyText(BigInt(quantity)) },
    { title: t('market.demand'), number: true, cell: ({ demand }) => energyText(BigInt(demand)) },
    { title: t('market.supply'), number: true, cell: ({ supply }) => energyText(BigInt(supply)) },
    { title: t('epochs.epoch'), number: true, cell: ({ epoch }) => epoch },
  ];
  return (
    <Section id="area" title={t('market.area')} note={<code>{area}</code>}>
      <Facts
        facts={[
          [t('market.market'), <Code key="market" text={market} />],
          [
            t('market.cell'),
            <Link key="cell" href={`/map/${cell}`}>
              {cell}
            </Link>,
          ],
          [t('market.loss'), `${formatTokens(BigInt(found?.loss_bps ?? 0), 2)} %`],
        ]}
      />
      {clearings.length === 0 ? (
        <Empty>{t('market.nothingCleared')}</Empty>
      ) : (
        <>
          <ClearingChart
            clearings={clearings}
            decimals={decimals}
            described={t('market.chart', { count: clearings.length })}
          />
          <Table
            caption={t('market.clearings')}
            columns={columns}
            rows={[...clearings].reverse()}
            keyOf={({ start }) => start}
          />
        </>
      )}
    </Section>
  );
}

/** A form for an order of energy; it is sent once its transaction was simulated, shown and signed. */
function Order(props: { area: string; market: string; decimals: number; rpc: string }) {
  const { area, market, decimals, rpc } = props;
  const { source } = useSnapshot();
  const [fields, setFields] = useState({ device: '', price: '', budget: '', hours: '24' });
  const [wanted, want] = useState<Wanted & { number: number }>();
  const [wrong, setWrong] = useState('');
  const [made, setMade] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const price = parseUnits(fields.price.replace(',', '.'), decimals);
    const budget = parseUnits(fields.budget.replace(',', '.'), decimals);
    const hours = Number(fields.hours);
    const problem = !/^\d{1,9}$/.test(fields.device)
      ? t('market.wrongMeter')
      : !price || price % KILO !== 0n
        ? t('market.wrongPrice', { step: formatTokens(KILO, decimals) })
        : !budget
          ? t('market.wrongBudget')
          : !Number.isInteger(hours) || hours < 1 || hours > MOST_HOURS
            ? t('market.wrongHours', { most: MOST_HOURS })
            : '';
    setWrong(problem);
    if (problem || !price || !budget) return;
    const terms = {
      area,
      device: Number(fields.device),
      maxPrice: price / KILO,
      budget,
      seconds: BigInt(hours) * HOUR,
    };
    want((before) => ({ ...terms, number: (before?.number ?? 0) + 1 }));
    setMade(undefined);
  };
  const prepare = async (chain: Chain, wallet: Connected) => {
    const client = await import('./trading');
    await oracleApi(source!).device(wanted!.device);
    const prepared = await client.prepareOrder(chain, market, wallet.address, wanted!);
    setMade(prepared.order);
    return prepared;
  };
  const field = (name: keyof typeof fields, label: string, mode: 'numeric' | 'decimal') => (
    <label>
      {label}
      <input
        value={fields[name]}
        inputMode={mode}
        onChange={({ target }) => setFields((before) => ({ ...before, [name]: target.value }))}
      />
    </label>
  );
  return (
    <Section id="buy" title={t('market.buy')} note={t('market.buyNote')}>
      <form onSubmit={submit}>
        <div className="fields">
          {field('device', t('market.meter'), 'numeric')}
          {field('price', t('market.maxPrice'), 'decimal')}
          {field('budget', t('market.budget'), 'decimal')}
          {field('hours', t('market.hours'), 'numeric')}
        </div>
        {wrong && (
          <p className="problem" role="alert">
            {wrong}
          </p>
        )}
        <button type="submit">{t('market.place')}</button>
      </form>
      {wanted && !wrong && (
        <Trade key={wanted.number} id="buying" rpc={rpc} title={t('market.place')} prepare={prepare} />
      )}
      {made && (
        <p>
          <Link href={`/market/accounts/${made}`}>{t('market.made', { order: made })}</Link>
        </p>
      )}
    </Section>
  );
}
