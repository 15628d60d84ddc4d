import { type FormEvent, useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { formatCount } from '../format';
import { CellMap } from '../map/cell-map';
import { AccountView } from '../market/account';
import { AreaView } from '../market/area';
import { MeterView } from '../market/meter';
import { Empty, Section } from '../parts';
import { t } from '../text';
import { Loaded } from './loaded';

const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const INDEX = /^\d{1,9}$/;

/** The market of energy: its areas, and by address an area, a meter's or owner's day, an offer or order. */
export default function MarketPage({ kind, id = '' }: { kind?: string; id?: string }) {
  const isAddress = ADDRESS.test(id);
  if (kind === undefined) return <Areas />;
  if (kind === 'areas' && isAddress) return <AreaView address={id} />;
  if (kind === 'accounts' && isAddress) return <AccountView key={id} address={id} />;
  if (kind === 'owners' && isAddress) return <MeterView of={{ owner: id }} />;
  if (kind === 'meters' && INDEX.test(id)) return <MeterView of={{ device: Number(id) }} />;
  return <Empty>{t('app.missing')}</Empty>;
}

const counted = (count: number) => t('market.areaCount', { count, shown: formatCount(count) });

function Areas() {
  const [cell, select] = useState<string | null>(null);
  return (
    <Section id="market" title={t('market.title')} note={t('market.note')}>
      <Find />
      <Loaded name={['market', 'areas']} read={(oracle) => oracle.areas()}>
        {({ areas, epoch }) =>
          areas.length === 0 ? (
            <Empty>{t('market.noAreas', { epoch })}</Empty>
          ) : (
            <AreaMap areas={areas} cell={cell} select={select} />
          )
        }
      </Loaded>
    </Section>
  );
}

type AreaLine = { area: string; cell: string; offers: number; orders: number };

function AreaMap(props: {
  areas: readonly AreaLine[];
  cell: string | null;
  select: (cell: string | null) => void;
}) {
  const { areas, cell, select } = props;
  const cells = areas.map((area) => area.cell).join();
  const pages = useMemo(() => [cells.split(',')], [cells]);
  return (
    <CellMap
      pages={pages}
      label={t('market.map')}
      selected={cell}
      select={select}
      counted={counted}
      item={(at) => {
        const area = areas[at];
        return (
          area && (
            <Link href={`/market/areas/${area.area}`}>
              {t('market.areaLine', { cell: area.cell, offers: area.offers, orders: area.orders })}
            </Link>
          )
        );
      }}
    />
  );
}

/** Finds a meter's day, or an owner's, an area, an offer or order by address. */
function Find() {
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const find = (event: FormEvent) => {
    event.preventDefault();
    const sought = text.trim();
    setWrong(!INDEX.test(sought) && !ADDRESS.test(sought));
    if (INDEX.test(sought)) go(`/market/meters/${sought}`);
    else if (ADDRESS.test(sought)) go(`/market/owners/${sought}`);
  };
  return (
    <form onSubmit={find}>
      <div className="fields">
        <label>
          {t('market.find')}
          <input value={text} onChange={({ target }) => setText(target.value)} />
        </label>
        <button type="submit">{t('market.show')}</button>
      </div>
      {isWrong && (
        <p className="problem" role="alert">
          {t('market.findWrong')}
        </p>
      )}
    </form>
  );
}
