import type { DeviceInfo } from '@commonwire/sdk/oracle';
import { type Content, table } from './dom';
import { formatCount, formatTime } from './format';
import { formatCapacity, viewOf } from './kinds';
import { code, codes, empty, type Mood, quiet, state, tokens } from './parts';
import type { DeviceRow, Snapshot } from './snapshot';

/** Lists devices with their last verdict and the reasons for unpaid reports. Devices with such reasons come first. */
export function devicesView(snapshot: Snapshot): Content[] {
  const { devices, network } = snapshot;
  if (devices.length === 0) return empty(snapshot, 'No devices yet.');
  const decimals = network?.decimals ?? 0;
  const rows = devices
    .map((device) => ({ ...device, reasons: reasonsOf(device) }))
    .sort((a, b) => Number(hasAny(b.reasons)) - Number(hasAny(a.reasons)) || a.index - b.index);
  type Row = (typeof rows)[number];
  const known = (pick: (info: DeviceInfo, row: Row) => Content | Content[]) => (row: Row) =>
    row.info ? pick(row.info, row) : quiet('–');
  return [
    table<Row>(
      'Devices',
      [
        { title: 'Device', cell: ({ index }) => index },
        { title: 'Last verdict', cell: lastVerdict },
        { title: 'Recently unpaid, by reason', cell: known((_, { reasons }) => codes(reasons)) },
        { title: 'Earned', number: true, cell: known(({ earned }) => tokens(BigInt(earned), decimals)) },
        { title: 'Kind', cell: known(({ kind }) => viewOf(kind).name) },
        {
          title: 'Capacity',
          number: true,
          cell: known(({ capacity, kind }) => formatCapacity(capacity, kind)),
        },
        { title: 'Owner', cell: known(({ owner }) => code(owner)) },
      ],
      rows,
    ),
  ];
}

/** Shows the number of listed devices and how many of them sent unpaid reports. */
export function devicesNote({ devices, network }: Snapshot): Content[] {
  if (!network || devices.length === 0) return [];
  const all = devices.length === network.device_count;
  const shown = all
    ? formatCount(devices.length)
    : `${devices.length} of ${formatCount(network.device_count)}`;
  const troubled = devices.filter((device) => hasAny(reasonsOf(device))).length;
  return [troubled === 0 ? shown : `${shown}, ${troubled} with unpaid reports`];
}

/** Lists the owners of the listed devices. */
export function ownersView(snapshot: Snapshot): Content[] {
  const { owners, network } = snapshot;
  if (owners.length === 0) return empty(snapshot, 'No owners yet.');
  const amount = (units: string) => tokens(BigInt(units), network?.decimals ?? 0);
  return [
    table<Snapshot['owners'][number]>(
      'Owners',
      [
        { title: 'Owner', cell: ({ owner }) => code(owner) },
        { title: 'Devices', number: true, cell: ({ devices }) => formatCount(devices.length) },
        { title: 'Earned', number: true, cell: ({ earned }) => amount(earned) },
        { title: 'Paid', number: true, cell: ({ paid }) => amount(paid) },
        { title: 'Claimable', number: true, cell: ({ claimable }) => amount(claimable) },
      ],
      owners,
    ),
  ];
}

/** Notes that only some owners are listed, if so. */
export const ownersNote = ({ owners, devices, network }: Snapshot): Content[] =>
  owners.length === 0 || devices.length === network?.device_count ? [] : ['of the devices listed'];

const hasAny = (reasons: Record<string, number>) => Object.keys(reasons).length > 0;

function lastVerdict({ info, error }: DeviceRow): Content[] {
  const failed = error === undefined ? [] : [state('warn', error)];
  if (!info) return error === undefined ? [quiet('loading …')] : failed;
  return failed.length > 0 ? [...verdictOf(info), ' ', ...failed] : verdictOf(info);
}

function verdictOf({ reports, refused }: DeviceInfo): Content[] {
  const last = reports.reduce<(typeof reports)[number] | undefined>(
    (latest, report) => (latest && latest.start >= report.start ? latest : report),
    undefined,
  );
  if (!last) return [refused.length > 0 ? state('bad', 'refused') : quiet('none yet')];
  return [state(moods[last.outcome] ?? 'warn', last.outcome), quiet(` ${formatTime(last.start)}`)];
}

/** Others, such as `zeroed`, are a warning. A received report has no verdict yet. */
const moods: Record<string, Mood> = { accepted: 'good', received: 'quiet', rejected: 'bad' };

function reasonsOf({ info }: DeviceRow): Record<string, number> {
  const { reports, refused } = info ?? { reports: [], refused: [] };
  const counts: Record<string, number> = {};
  const reasons = [...reports.flatMap((report) => report.reasons), ...refused.map((refusal) => refusal.code)];
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
