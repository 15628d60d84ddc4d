import type { DeviceInfo } from '@commonwire/sdk/oracle';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { formatCount, formatTime } from './format';
import { formatCapacity, viewOf } from './kinds';
import { Codes, type Column, Empty, type Mood, OwnerLink, Quiet, State, Table, Tokens } from './parts';
import type { DeviceRow, Snapshot } from './snapshot';
import { t, textFor } from './text';

/** Devices with their last verdict and the reasons for unpaid reports. Devices with such reasons come first. */
export function Devices({ devices, decimals }: { devices: readonly DeviceRow[]; decimals: number }) {
  if (devices.length === 0) return <Empty>{t('devices.none')}</Empty>;
  const rows = devices
    .map((device) => ({ ...device, reasons: reasonsOf(device) }))
    .sort((a, b) => Number(hasAny(b.reasons)) - Number(hasAny(a.reasons)) || a.index - b.index);
  type Row = (typeof rows)[number];
  const known = (pick: (info: DeviceInfo, row: Row) => ReactNode) => (row: Row) =>
    row.info ? pick(row.info, row) : <Quiet>{t('app.none')}</Quiet>;
  const columns: Column<Row>[] = [
    { title: t('devices.device'), cell: ({ index }) => <Link href={`/devices/${index}`}>{index}</Link> },
    { title: t('devices.verdict'), cell: (row) => <LastVerdict row={row} /> },
    { title: t('devices.reasons'), cell: known((_, { reasons }) => <Codes counts={reasons} />) },
    {
      title: t('devices.earned'),
      number: true,
      cell: known(({ earned }) => <Tokens amount={BigInt(earned)} decimals={decimals} />),
    },
    { title: t('devices.kind'), cell: known(({ kind }) => viewOf(kind).name) },
    {
      title: t('devices.capacity'),
      number: true,
      cell: known(({ capacity, kind }) => formatCapacity(capacity, kind)),
    },
    { title: t('devices.owner'), cell: known(({ owner }) => <OwnerLink address={owner} />) },
  ];
  return <Table caption={t('devices.title')} columns={columns} rows={rows} keyOf={({ index }) => index} />;
}

/** The number of listed devices and how many of them sent unpaid reports. */
export function devicesNote({ devices, network }: Snapshot): string {
  if (!network || devices.length === 0) return '';
  const all = devices.length === network.device_count;
  const count = formatCount(devices.length);
  const shown = all ? count : t('devices.part', { shown: count, count: formatCount(network.device_count) });
  const troubled = devices.filter((device) => hasAny(reasonsOf(device))).length;
  return troubled === 0 ? shown : t('devices.troubled', { shown, count: troubled });
}

/** The owners of the listed devices. */
export function Owners({ owners, decimals }: { owners: Snapshot['owners']; decimals: number }) {
  if (owners.length === 0) return <Empty>{t('owners.none')}</Empty>;
  type Owner = Snapshot['owners'][number];
  const amount = (title: string, pick: (owner: Owner) => string): Column<Owner> => ({
    title,
    number: true,
    cell: (owner) => <Tokens amount={BigInt(pick(owner))} decimals={decimals} />,
  });
  const columns: Column<Owner>[] = [
    { title: t('owners.owner'), cell: ({ owner }) => <OwnerLink address={owner} /> },
    { title: t('owners.devices'), number: true, cell: ({ devices }) => formatCount(devices.length) },
    amount(t('owners.earned'), ({ earned }) => earned),
    amount(t('owners.paid'), ({ paid }) => paid),
    amount(t('owners.claimable'), ({ claimable }) => claimable),
  ];
  return <Table caption={t('owners.title')} columns={columns} rows={owners} keyOf={({ owner }) => owner} />;
}

/** Notes that only some owners are listed, if so. */
export const ownersNote = ({ owners, devices, network }: Snapshot): string =>
  owners.length === 0 || devices.length === network?.device_count ? '' : t('owners.part');

const hasAny = (reasons: Record<string, number>) => Object.keys(reasons).length > 0;

function LastVerdict({ row: { info, error } }: { row: DeviceRow }) {
  const failed = error === undefined ? null : <State mood="warn">{error}</State>;
  if (!info) return failed ?? <Quiet>{t('devices.loading')}</Quiet>;
  return (
    <>
      <Verdict {...info} />
      {failed && ' '}
      {failed}
    </>
  );
}

function Verdict({ reports, refused }: DeviceInfo) {
  const last = reports.reduce<(typeof reports)[number] | undefined>(
    (latest, report) => (latest && latest.start >= report.start ? latest : report),
    undefined,
  );
  if (!last)
    return refused.length > 0 ? <Outcome outcome="refused" /> : <Quiet>{t('devices.noReport')}</Quiet>;
  return (
    <>
      <Outcome outcome={last.outcome} />
      <Quiet> {formatTime(last.start)}</Quiet>
    </>
  );
}

/** Others, such as `zeroed`, are a warning. A received report has no verdict yet. */
const moods: Record<string, Mood> = { accepted: 'good', received: 'quiet', rejected: 'bad', refused: 'bad' };

/** What became of a report. */
export const Outcome = ({ outcome }: { outcome: string }) => (
  <State mood={moods[outcome] ?? 'warn'}>{textFor(`outcome.${outcome}`) ?? outcome}</State>
);

function reasonsOf({ info }: DeviceRow): Record<string, number> {
  const { reports, refused } = info ?? { reports: [], refused: [] };
  const counts: Record<string, number> = {};
  const reasons = [...reports.flatMap((report) => report.reasons), ...refused.map((refusal) => refusal.code)];
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
