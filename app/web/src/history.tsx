import type { EpochSummary } from '@commonwire/sdk/oracle';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { EpochRow, EpochTotals } from './epochs';
import { formatCount, formatTokens } from './format';
import { formatScore, viewOf } from './kinds';
import { Code, Codes, type Column, Empty, type Mood, Quiet, State, Table, Tokens } from './parts';
import { type Bar, BarChart, highestOf } from './plot';
import { t } from './text';

const moods: Record<EpochSummary['state'], Mood> = {
  collecting: 'quiet',
  cut: 'warn',
  signed: 'warn',
  pending: 'warn',
  promoted: 'good',
};

/** An epoch's state as a word with a colour. */
export const EpochState = ({ state }: { state: EpochSummary['state'] }) => (
  <State mood={moods[state]}>{t(`state.${state}`)}</State>
);

/**
 * Returns every kind that brought something in these epochs, or that has devices if none did. Each is shown separately, in its
 * own unit.
 */
function kindsOf(epochs: readonly EpochRow[]): number[] {
  const all = epochs.flatMap(({ totals }) => totals?.scores ?? []);
  const scored = all.filter(({ score }) => score > 0n);
  return [...new Set((scored.length > 0 ? scored : all).map(({ kind }) => kind))].sort((a, b) => a - b);
}

/** Returns the total score of a kind; undefined if it isn't known. */
const scoreOf = ({ scores }: EpochTotals, kind: number): bigint | undefined =>
  scores && (scores.find((one) => one.kind === kind)?.score ?? 0n);

/** Bar charts per epoch, oldest first: the verified score of each kind, and the tokens earned. */
export function EpochCharts({ epochs, decimals }: { epochs: readonly EpochRow[]; decimals: number }) {
  const closed = epochs.flatMap(({ epoch, totals }) => (totals ? [{ epoch, totals }] : [])).reverse();
  if (closed.length === 0) return <Empty>{t('epochs.open')}</Empty>;
  const chart = (title: string, series: string, bars: Bar[], digits: number, highest: string) => (
    <BarChart
      key={title}
      title={title}
      series={series}
      bars={bars}
      described={t('chart.described', { title, count: bars.length, highest })}
      axis={(value) => formatTokens(value, digits)}
    />
  );
  const titled = (label: number, text: string) => t('chart.bar', { label, text });
  const earned = closed.map(({ epoch, totals: { allocated } }): Bar => {
    const text = t('chart.amount', { amount: formatTokens(allocated, decimals) });
    return { label: `${epoch}`, value: allocated, title: titled(epoch, text) };
  });
  const most = formatTokens(highestOf(earned)?.value ?? 0n, decimals);
  return (
    <>
      {kindsOf(epochs).map((kind) => {
        const { series, verified: what, unit, per } = viewOf(kind);
        const bars = closed.map(({ epoch, totals }): Bar => {
          const score = scoreOf(totals, kind);
          const text = score === undefined ? t('chart.unknown') : `${formatScore(score, kind)} ${unit}`;
          // In thousandths of the unit; the scale rounds them.
          return { label: `${epoch}`, value: ((score ?? 0n) * 1000n) / per, title: titled(epoch, text) };
        });
        const highest = `${formatTokens(highestOf(bars)?.value ?? 0n, 3)} ${unit}`;
        return chart(t('chart.verified', { what, unit }), series, bars, 3, highest);
      })}
      {chart(t('chart.earned'), 'tokens', earned, decimals, t('chart.amount', { amount: most }))}
    </>
  );
}

/** The latest epochs. */
export function EpochTable({ epochs, decimals }: { epochs: readonly EpochRow[]; decimals: number }) {
  if (epochs.length === 0) return <Empty>{t('epochs.none')}</Empty>;
  const none = <Quiet>{t('app.none')}</Quiet>;
  const total = (title: string, pick: (totals: EpochTotals) => ReactNode): Column<EpochRow> => ({
    title,
    number: true,
    cell: ({ totals }) => (totals ? pick(totals) : none),
  });
  const columns: Column<EpochRow>[] = [
    { title: t('epochs.epoch'), cell: ({ epoch }) => <Link href={`/epochs/${epoch}`}>{epoch}</Link> },
    { title: t('epochs.state'), cell: ({ state }) => <EpochState state={state} /> },
    ...kindsOf(epochs).map((kind) =>
      total(viewOf(kind).heading, (totals) => {
        const score = scoreOf(totals, kind);
        return score === undefined ? none : formatScore(score, kind);
      }),
    ),
    total(t('epochs.tokens'), ({ allocated }) => <Tokens amount={allocated} decimals={decimals} />),
    total(t('epochs.accepted'), ({ accepted }) => formatCount(accepted)),
    total(t('epochs.zeroed'), ({ zeroed }) => formatCount(zeroed)),
    total(t('epochs.rejected'), ({ rejected }) => formatCount(rejected)),
    total(t('epochs.duplicate'), ({ duplicate }) => formatCount(duplicate)),
    { title: t('epochs.codes'), cell: ({ totals }) => (totals ? <Codes counts={totals.codes} /> : none) },
    {
      title: t('epochs.root'),
      cell: ({ ledger_root: root }) => (root === null ? none : <Code text={root} />),
    },
  ];
  return <Table caption={t('epochs.title')} columns={columns} rows={epochs} keyOf={({ epoch }) => epoch} />;
}
