import { parseUnits } from '@commonwire/sdk/core';
import type { OrderInfo } from '@commonwire/sdk/oracle';
import { useState } from 'react';
import { Link } from 'wouter';
import type { OracleApi } from '../api';
import { formatTime, formatTokens } from '../format';
import { Loaded } from '../pages/loaded';
import { Empty, Section, Tile, Tokens } from '../parts';
import { t } from '../text';
import { dayOf, energyText, rememberedTariff, rememberTariff, savedOn } from './figures';
import { Book } from './parts';
import { useMarket } from './use-chain';

/** The most offers and orders of a meter or an owner that are added up. */
const MOST = 32;

/** Whose trades are shown. */
type Of = { device: number } | { owner: string };

async function tradesOf(oracle: OracleApi, of: Of): Promise<OrderInfo[]> {
  const { accounts } = await oracle.traders(of);
  const addresses = accounts.slice(0, MOST).map(({ offer, order }) => (offer ?? order)!.account);
  return Promise.all(addresses.map((address) => oracle.trade(address)));
}

/** A meter's or an owner's day: what was bought and sold, and what it would have been at the reader's tariff. */
export function MeterView({ of }: { of: Of }) {
  const title = 'device' in of ? t('market.day', { index: of.device }) : t('market.ownersDay');
  const id = 'device' in of ? `device ${of.device}` : of.owner;
  return (
    <Loaded name={['market', 'trades', id]} read={(oracle) => tradesOf(oracle, of)}>
      {(accounts) =>
        accounts.length === 0 ? (
          <Section id="day" title={title}>
            <Empty>{t('market.noTrades')}</Empty>
          </Section>
        ) : (
          <Day title={title} accounts={accounts} of={of} />
        )
      }
    </Loaded>
  );
}

function Day({ title, accounts, of }: { title: string; accounts: readonly OrderInfo[]; of: Of }) {
  const terms = accounts.flatMap(({ offer, order }) => offer ?? order ?? []);
  const market = terms[0]?.market;
  const facts = useMarket(market);
  const decimals = facts?.decimals ?? 0;
  // Markets have tokens of their own: amounts of others don't add up.
  const day = dayOf(accounts.filter(({ offer, order }) => (offer ?? order)?.market === market));
  const [tariff, setTariff] = useState(rememberedTariff);
  const change = (next: Partial<typeof tariff>) => {
    const changed = { ...tariff, ...next };
    setTariff(changed);
    rememberTariff(changed);
  };
  const units = (text: string) => parseUnits(text.trim().replace(',', '.') || '0', decimals);
  const [buying, selling] = [units(tariff.buying), units(tariff.selling)];
  const saved = buying === undefined || selling === undefined ? undefined : savedOn(day, buying, selling);
  const amount = (traded: { amount: bigint }) => <Tokens amount={traded.amount} decimals={decimals} />;
  return (
    <>
      <Section
        id="day"
        title={title}
        note={
          day.from === null ? t('market.nothingCleared') : t('market.dayFrom', { time: formatTime(day.from) })
        }
      >
        <dl className="tiles">
          <Tile name={t('market.bought')} value={energyText(day.bought.units)}>
            {amount(day.bought)} {t('network.tokens')}
          </Tile>
          <Tile name={t('market.sold')} value={energyText(day.sold.units)}>
            {amount(day.sold)} {t('network.tokens')}
          </Tile>
          <Tile
            name={t('market.saved')}
            value={
              saved === undefined || (!tariff.buying && !tariff.selling)
                ? t('app.none')
                : `${saved < 0n ? '−' : ''}${formatTokens(saved < 0n ? -saved : saved, decimals)}`
            }
          >
            {saved === undefined ? t('market.wrongTariff') : t('market.savedNote')}
          </Tile>
        </dl>
        <div className="fields">
          <label>
            {t('market.buyingTariff')}
            <input
              inputMode="decimal"
              value={tariff.buying}
              onChange={({ target }) => change({ buying: target.value })}
            />
          </label>
          <label>
            {t('market.sellingTariff')}
            <input
              inputMode="decimal"
              value={tariff.selling}
              onChange={({ target }) => change({ selling: target.value })}
            />
          </label>
        </div>
        {'device' in of && (
          <p>
            <Link href={`/devices/${of.device}`}>{t('search.device', { index: of.device })}</Link>
          </p>
        )}
      </Section>
      <Section id="book" title={t('market.book')}>
        <Book accounts={terms} decimals={decimals} none={t('market.emptyBook')} />
      </Section>
    </>
  );
}
