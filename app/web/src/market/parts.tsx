import type { EnergyOfferInfo, EnergyOrderInfo } from '@commonwire/sdk/oracle';
import { Link } from 'wouter';
import { useSnapshot } from '../live';
import { Code, type Column, Empty, State, Table } from '../parts';
import { t } from '../text';
import { energyText, priceOf } from './figures';

/** What an offer or order agrees to. */
export type Terms = EnergyOfferInfo | EnergyOrderInfo;

/** A link to an area, a meter or an account of the market. */
export const TradeLink = ({ kind, id }: { kind: 'areas' | 'accounts'; id: string }) => (
  <Link href={`/market/${kind}/${id}`}>
    <Code text={id} />
  </Link>
);

/** Whether an offer or order counts at the oracle's time. */
export function Standing({ terms }: { terms: Terms }) {
  const now = useSnapshot().network?.time;
  const { from, until, cancelled_at: cancelled } = terms;
  if (cancelled > 0) return <State mood="warn">{t('market.cancelled')}</State>;
  // The oracle tells its time in milliseconds.
  const seconds = now === undefined ? undefined : now / 1000;
  if (seconds !== undefined && seconds < from) return <State mood="quiet">{t('market.coming')}</State>;
  if (seconds !== undefined && seconds >= until) return <State mood="quiet">{t('market.over')}</State>;
  return <State mood="good">{t('market.open')}</State>;
}

/** Offers and orders with their states. */
export function Book(props: { accounts: readonly Terms[]; decimals: number; none: string }) {
  const { accounts, decimals, none } = props;
  if (accounts.length === 0) return <Empty>{none}</Empty>;
  const columns: Column<Terms>[] = [
    { title: t('market.account'), cell: ({ account }) => <TradeLink kind="accounts" id={account} /> },
    { title: t('market.side'), cell: (one) => ('ask' in one ? t('market.offer') : t('market.order')) },
    { title: t('market.state'), cell: (one) => <Standing terms={one} /> },
    {
      title: t('market.price'),
      number: true,
      cell: (one) => priceOf(BigInt('ask' in one ? one.ask : one.max_price), decimals),
    },
    {
      title: t('market.capacity'),
      number: true,
      // As much as its budget is enough for at its greatest price.
      cell: (one) =>
        energyText('ask' in one ? BigInt(one.capacity) : BigInt(one.budget) / (BigInt(one.max_price) || 1n)),
    },
    {
      title: t('market.meters'),
      cell: (one) => {
        const meter = 'ask' in one ? one.devices[0] : one.device;
        return <Link href={`/market/meters/${meter}`}>{meter}</Link>;
      },
    },
  ];
  return (
    <Table caption={t('market.book')} columns={columns} rows={accounts} keyOf={({ account }) => account} />
  );
}
