import type { DeviceInfo } from '@commonwire/sdk/oracle';
import { type Content, table } from './dom';
import { formatCount, formatTime } from './format';
import { formatCapacity, viewOf } from './kinds';
import { code, codes, empty, quiet, state, tokens } from './parts';
import type { Snapshot } from './snapshot';

/** Lists devices with their last verdict and the reasons for unpaid reports. Devices with such reasons come first. */
export function devicesView(snapshot: Snapshot): Content[] {
  const { devices, network } = snapshot;
  if (devices.length === 0) return empty(snapshot, 'No devices yet.');
  const decimals = network?.decimals ?? 0;
  const rows = devices
    .map((device) => ({ ...device, reasons: reasonsOf(device) }))
    .sort((a, b) => Number(hasAny(b.reasons)) - Number(hasAny(a.reasons)) || a.index - b.index);
  return [
    table<(typeof rows)[number]>(
      'Devices',
      [
        { title: 'Device', cell: ({ index }) => index },
        { title: 'Last verdict', cell: lastVerdict },
        { title: 'Recently unpaid, by reason', cell: ({ reasons }) => codes(reasons) },
        { title: 'Earned', number: true, cell: ({ earned }) => tokens(BigInt(earned), decimals) },
        { title: 'Kind', cell: ({ kind }) => viewOf(kind).name },
        { title: 'Capacity', number: true, cell: ({ capacity, kind }) => formatCapacity(capacity, kind) },
        { title: 'Owner', cell: ({ owner }) => code(owner) },
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

function lastVerdict({ reports, refused }: DeviceInfo): Content[] {
  const last = reports.reduce<(typeof reports)[number] | undefined>(
    (latest, report) => (latest && latest.start >= report.start ? latest : report),
    undefined,
  );
  if (!last) return [refused.length > 0 ? state('bad', 'refused') : quiet('none yet')];
  const mood = last.outcome === 'accepted' ? 'good' : last.outcome === 'rejected' ? 'bad' : 'warn';
  return [state(mood, last.outcome), quiet(` ${formatTime(last.start)}`)];
}

function reasonsOf({ reports, refused }: DeviceInfo): Record<string, number> {
  const counts: Record<string, number> = {};
  const reasons = [...reports.flatMap((report) => report.reasons), ...refused.map((refusal) => refusal.code)];
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
