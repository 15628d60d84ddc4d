import type { AreaClearingInfo } from '@commonwire/sdk/oracle';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { t } from '../text';

const HEIGHT = 220;

/** Price and quantity by interval. The table below it has the same. */
export function ClearingChart(props: {
  clearings: readonly AreaClearingInfo[];
  decimals: number;
  described: string;
}) {
  const { clearings, decimals, described } = props;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const at = box.current!;
    const style = getComputedStyle(at);
    const color = (name: string) => style.getPropertyValue(name).trim();
    // For the eye alone: exact amounts are in the table.
    const price = ({ price: units }: AreaClearingInfo) =>
      units === null ? null : (Number(units) * 1000) / 10 ** decimals;
    const axis = {
      stroke: color('--quiet'),
      grid: { stroke: color('--line') },
      ticks: { stroke: color('--line') },
    };
    const chart = new UPlot(
      {
        width: at.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        series: [
          {},
          { label: t('market.price'), stroke: color('--tokens'), scale: 'price', width: 2 },
          {
            label: t('market.quantity'),
            stroke: color('--energy'),
            scale: 'quantity',
            width: 2,
            dash: [6, 3],
          },
        ],
        axes: [
          axis,
          { ...axis, scale: 'price' },
          { ...axis, scale: 'quantity', side: 1, grid: { show: false } },
        ],
      },
      [
        clearings.map(({ start }) => start),
        clearings.map(price),
        clearings.map(({ quantity }) => Number(quantity) / 1000),
      ],
      at,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: at.clientWidth, height: HEIGHT }));
    observer.observe(at);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [clearings, decimals]);
  return (
    <figure>
      <figcaption>
        <span className="series-price">{t('market.price')}</span>{' '}
        <span className="series-quantity">{t('market.quantity')}</span>
      </figcaption>
      <div ref={box} role="img" aria-label={described} />
    </figure>
  );
}
