import type { EpochSummary } from '@commonwire/sdk/src/oracle-api';
import { type Content, table } from './dom';
import type { EpochRow } from './epochs';
import { formatCount, formatDuration, formatKilowattHours, formatTokens } from './format';
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

/** How long an epoch lasts. */
export const epochsNote = ({ network }: Snapshot): Content[] =>
  network ? [`one every ${formatDuration(network.epoch_seconds)}`] : [];

/** Bar charts of energy and tokens per epoch, oldest first. */
export function plotsView(snapshot: Snapshot): Content[] {
  const decimals = snapshot.network?.decimals ?? 0;
  const closed = snapshot.epochs
    .flatMap(({ epoch, totals }) => (totals ? [{ epoch, totals }] : []))
    .reverse();
  if (closed.length === 0)
    return empty(
      snapshot,
      'The first epoch is still open: energy and tokens are drawn here once it is closed.',
    );
  const energy = closed.map(({ epoch, totals: { score = 0n } }): Bar => {
    return { label: `${epoch}`, value: score, text: `${formatKilowattHours(score)} kWh` };
  });
  const earned = closed.map(({ epoch, totals: { allocated } }): Bar => {
    return { label: `${epoch}`, value: allocated, text: `${formatTokens(allocated, decimals)} tokens` };
  });
  return [
    // A kWh has 3 decimals of Wh.
    barChart('Verified energy per epoch, kWh', 'energy', energy, (value) => formatTokens(value, 3)),
    barChart('Tokens earned per epoch', 'tokens', earned, (value) => formatTokens(value, decimals)),
  ];
}

/** The latest epochs, as a table. */
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
        { title: 'kWh', ...total(({ score }) => (score === undefined ? '–' : formatKilowattHours(score))) },
        { title: 'Tokens', ...total(({ allocated }) => tokens(allocated, decimals)) },
        { title: 'Accepted', ...total(({ accepted }) => formatCount(accepted)) },
        { title: 'Zeroed', ...total(({ zeroed }) => formatCount(zeroed)) },
        { title: 'Rejected', ...total(({ rejected }) => formatCount(rejected)) },
        { title: 'Duplicate', ...total(({ duplicate }) => formatCount(duplicate)) },
        { title: 'Not paid, by reason', cell: ({ totals }) => (totals ? codes(totals.codes) : quiet('–')) },
        { title: 'Ledger root', cell: ({ ledger_root: root }) => (root === null ? quiet('–') : code(root)) },
      ],
      epochs,
    ),
  ];
}
