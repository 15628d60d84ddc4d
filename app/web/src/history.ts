import type { EpochSummary } from '@commonwire/sdk/oracle';
import { type Content, table } from './dom';
import type { EpochRow, EpochTotals } from './epochs';
import { formatCount, formatDuration, formatTokens } from './format';
import { formatScore, viewOf } from './kinds';
import { code, codes, empty, type Mood, quiet, state, tokens } from './parts';
import { type Bar, barChart } from './plot';
import type { Snapshot } from './snapshot';

const moods: Record<EpochSummary['state'], Mood> = {
  collecting: 'quiet',
  cut: 'warn',
  signed: 'warn',
  pending: 'warn',
  promoted: 'good',
};

/** Shows the length of an epoch. */
export const epochsNote = ({ network }: Snapshot): Content[] =>
  network ? [`one every ${formatDuration(network.epoch_seconds)}`] : [];

/** Returns every kind with devices in these epochs. Each is shown separately, in its own unit. */
function kindsOf(epochs: readonly EpochRow[]): number[] {
  const scored = epochs.flatMap(({ totals }) => totals?.scores?.map(({ kind }) => kind) ?? []);
  return [...new Set(scored)].sort((a, b) => a - b);
}

/** Returns the total score of a kind; undefined if it isn't known. */
const scoreOf = ({ scores }: EpochTotals, kind: number): bigint | undefined =>
  scores && (scores.find((one) => one.kind === kind)?.score ?? 0n);

/** Draws bar charts per epoch, oldest first: the verified score of each kind, and the tokens earned. */
export function plotsView(snapshot: Snapshot): Content[] {
  const decimals = snapshot.network?.decimals ?? 0;
  const closed = snapshot.epochs
    .flatMap(({ epoch, totals }) => (totals ? [{ epoch, totals }] : []))
    .reverse();
  if (closed.length === 0)
    return empty(
      snapshot,
      'The first epoch is still open. Verified units and earned tokens appear here once it is closed.',
    );
  const verified = kindsOf(snapshot.epochs).map((kind) => {
    const { name, verified: what, unit, per } = viewOf(kind);
    const bars = closed.map(({ epoch, totals }): Bar => {
      const score = scoreOf(totals, kind);
      const text = score === undefined ? 'not available' : `${formatScore(score, kind)} ${unit}`;
      // In thousandths of the unit; the scale rounds them.
      return { label: `${epoch}`, value: ((score ?? 0n) * 1000n) / per, text };
    });
    const axis = (value: bigint) => formatTokens(value, 3);
    return barChart(`Verified ${what} per epoch, ${unit}`, name, bars, axis);
  });
  const earned = closed.map(({ epoch, totals: { allocated } }): Bar => {
    return { label: `${epoch}`, value: allocated, text: `${formatTokens(allocated, decimals)} tokens` };
  });
  return [
    ...verified,
    barChart('Tokens earned per epoch', 'tokens', earned, (value) => formatTokens(value, decimals)),
  ];
}

/** Lists the latest epochs. */
export function epochsView(snapshot: Snapshot): Content[] {
  const { epochs, network } = snapshot;
  if (epochs.length === 0) return empty(snapshot, 'No epoch yet.');
  const decimals = network?.decimals ?? 0;
  const total = (pick: (totals: NonNullable<EpochRow['totals']>) => Content) => ({
    number: true,
    cell: ({ totals }: EpochRow) => (totals ? pick(totals) : quiet('–')),
  });
  return [
    table<EpochRow>(
      'Epochs',
      [
        { title: 'Epoch', cell: ({ epoch }) => epoch },
        { title: 'State', cell: (row) => state(moods[row.state], row.state) },
        ...kindsOf(epochs).map((kind) => ({
          title: viewOf(kind).heading,
          ...total((totals) => {
            const score = scoreOf(totals, kind);
            return score === undefined ? quiet('–') : formatScore(score, kind);
          }),
        })),
        { title: 'Tokens', ...total(({ allocated }) => tokens(allocated, decimals)) },
        { title: 'Accepted', ...total(({ accepted }) => formatCount(accepted)) },
        { title: 'Zeroed', ...total(({ zeroed }) => formatCount(zeroed)) },
        { title: 'Rejected', ...total(({ rejected }) => formatCount(rejected)) },
        { title: 'Duplicate', ...total(({ duplicate }) => formatCount(duplicate)) },
        { title: 'Unpaid, by reason', cell: ({ totals }) => (totals ? codes(totals.codes) : quiet('–')) },
        { title: 'Ledger root', cell: ({ ledger_root: root }) => (root === null ? quiet('–') : code(root)) },
      ],
      epochs,
    ),
  ];
}
