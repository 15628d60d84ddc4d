import type { DeviceInfo } from '@commonwire/sdk/src/oracle-api';
import { type Content, element, table } from './dom';
import { type EpochRow, secondsToCut } from './epochs';
import { formatDuration, formatKilowattHours, formatTime, formatTokens, shorten } from './format';
import { type Bar, barChart } from './plot';
import type { OracleStatus, Snapshot } from './snapshot';

const MOST_PROBLEMS = 5;
const kinds = ['–', 'energy', 'bandwidth', 'parking', 'sensor'];
const units = ['', 'W', 'kbit/s', 'bays', 'milli-units'];
const code = (text: string) => element('code', { title: text }, shorten(text));
const tagged = (kind: 'good' | 'warn' | 'bad', text: string) => element('span', { class: kind }, text);

/** Sentences about what couldn't be read. */
export function problemsView({ problems }: Snapshot): Content[] {
  const few = problems.slice(0, MOST_PROBLEMS);
  if (problems.length > few.length) few.push(`… and ${problems.length - few.length} more.`);
  return few.map((problem) => element('p', { class: 'problem' }, problem));
}

/** The facts of the network, as cards. */
export function networkView({ network, epochs }: Snapshot): Content[] {
  if (!network) return [element('p', { class: 'quiet' }, 'No oracle answers.')];
  const { mint, decimals, epoch, clock, committee, time } = network;
  const left = secondsToCut(epochs, time / 1000);
  const pending = epoch.pending === null ? 'none' : `epoch ${epoch.pending}, in its challenge period`;
  const deviceTime = (clock.origin + (time - clock.start) * clock.speed) / 1000;
  const facts: [string, Content][] = [
    ['Network', element('code', {}, network.network)],
    ['Reward token (mint)', element('code', {}, mint)],
    ['Earned since the start', formatTokens(BigInt(network.earned_total), decimals)],
    ['Paid out', formatTokens(BigInt(network.paid_total), decimals)],
    ['Epoch', `${epoch.collecting} collecting, ${epoch.current} current`],
    ['Next cut', left === undefined ? 'not known yet' : `in about ${formatDuration(left)}`],
    ['Pending', pending],
    [
      'Committee',
      `${committee.threshold} of ${committee.keys.length} oracles sign, version ${committee.version}`,
    ],
    ['Devices', `${network.device_count}`],
    ['Device time', `${formatTime(deviceTime)}${clock.speed === 1 ? '' : `, ${clock.speed} times as fast`}`],
  ];
  return [
    element(
      'dl',
      {},
      ...facts.map(([name, fact]) => element('div', {}, element('dt', {}, name), element('dd', {}, fact))),
    ),
  ];
}

/** Every oracle with its health. */
export function oraclesView({ oracles, source }: Snapshot): Content[] {
  const member = ({ network }: OracleStatus) => network?.committee.keys.includes(network.oracle) ?? false;
  const state = (status: OracleStatus) => {
    if (!status.network) return tagged('bad', status.error ?? 'no answer');
    return member(status) ? tagged('good', 'healthy') : tagged('warn', 'answers, not in the committee');
  };
  return [
    table<OracleStatus>(
      'Oracles',
      [
        { title: 'Oracle', cell: ({ url }) => (url === source ? `${url} (shown here)` : url) },
        { title: 'State', cell: state },
        { title: 'Key', cell: ({ network }) => (network ? code(network.oracle) : '–') },
        { title: 'Collecting epoch', number: true, cell: ({ network }) => network?.epoch.collecting ?? '–' },
        { title: 'Current epoch', number: true, cell: ({ network }) => network?.epoch.current ?? '–' },
      ],
      oracles,
    ),
  ];
}

/** Bar charts of energy and tokens per epoch, oldest first. */
export function plotsView({ epochs, network }: Snapshot): Content[] {
  const closed = epochs.flatMap(({ epoch, totals }) => (totals ? [{ epoch, totals }] : [])).reverse();
  if (closed.length === 0) return [];
  const decimals = network?.decimals ?? 0;
  const energy = closed.map(({ epoch, totals: { score = 0n } }): Bar => {
    return { label: `${epoch}`, value: score, text: `${formatKilowattHours(score)} kWh` };
  });
  const tokens = closed.map(({ epoch, totals: { allocated } }): Bar => {
    return { label: `${epoch}`, value: allocated, text: `${formatTokens(allocated, decimals)} tokens` };
  });
  return [
    barChart('Verified energy per epoch', 'energy', energy),
    barChart('Tokens earned per epoch', 'tokens', tokens),
  ];
}

/** The latest epochs, as a table. */
export function epochsView({ epochs, network }: Snapshot): Content[] {
  if (epochs.length === 0) return [element('p', { class: 'quiet' }, 'No epoch yet.')];
  const decimals = network?.decimals ?? 0;
  const count = (pick: (totals: NonNullable<EpochRow['totals']>) => Content) => ({
    number: true,
    cell: ({ totals }: EpochRow) => (totals ? pick(totals) : '–'),
  });
  return [
    table<EpochRow>(
      'Epochs',
      [
        { title: 'Epoch', cell: ({ epoch }) => epoch },
        { title: 'State', cell: ({ state }) => state },
        { title: 'kWh', ...count(({ score }) => (score === undefined ? '–' : formatKilowattHours(score))) },
        { title: 'Tokens', ...count(({ allocated }) => formatTokens(allocated, decimals)) },
        { title: 'Accepted', ...count(({ accepted }) => accepted) },
        { title: 'Zeroed', ...count(({ zeroed }) => zeroed) },
        { title: 'Rejected', ...count(({ rejected }) => rejected) },
        { title: 'Duplicate', ...count(({ duplicate }) => duplicate) },
        { title: 'Reasons', cell: ({ totals }) => (totals ? codesOf(totals.codes) : '–') },
        { title: 'Ledger root', cell: ({ ledger_root: root }) => (root === null ? '–' : code(root)) },
      ],
      epochs,
    ),
  ];
}

/** Devices with their last verdict and every reason for which something of theirs wasn't paid. */
export function devicesView({ devices, network }: Snapshot): Content[] {
  if (devices.length === 0) return [element('p', { class: 'quiet' }, 'No devices yet.')];
  const decimals = network?.decimals ?? 0;
  return [
    table<DeviceInfo>(
      'Devices',
      [
        { title: 'Device', cell: ({ index }) => index },
        { title: 'Last verdict', cell: lastVerdict },
        { title: 'Reasons, lately', cell: (device) => codesOf(reasonsOf(device)) },
        { title: 'Earned', number: true, cell: ({ earned }) => formatTokens(BigInt(earned), decimals) },
        { title: 'Owner', cell: ({ owner }) => code(owner) },
        { title: 'Kind', cell: ({ kind }) => kinds[kind] ?? kind },
        { title: 'Capacity', number: true, cell: ({ capacity, kind }) => `${capacity} ${units[kind] ?? ''}` },
      ],
      devices,
    ),
  ];
}

/** Owners of the devices shown. */
export function ownersView({ owners, network }: Snapshot): Content[] {
  if (owners.length === 0) return [element('p', { class: 'quiet' }, 'No owners yet.')];
  const tokens = (amount: string) => formatTokens(BigInt(amount), network?.decimals ?? 0);
  return [
    table<Snapshot['owners'][number]>(
      'Owners',
      [
        { title: 'Owner', cell: ({ owner }) => code(owner) },
        { title: 'Devices', number: true, cell: ({ devices }) => devices.length },
        { title: 'Earned', number: true, cell: ({ earned }) => tokens(earned) },
        { title: 'Paid', number: true, cell: ({ paid }) => tokens(paid) },
        { title: 'Claimable', number: true, cell: ({ claimable }) => tokens(claimable) },
      ],
      owners,
    ),
  ];
}

function lastVerdict({ reports, refused }: DeviceInfo): Content[] {
  const last = reports.reduce<(typeof reports)[number] | undefined>(
    (latest, report) => (latest && latest.start >= report.start ? latest : report),
    undefined,
  );
  if (!last) return [refused.length > 0 ? tagged('bad', 'refused') : '–'];
  const kind = last.outcome === 'accepted' ? 'good' : last.outcome === 'rejected' ? 'bad' : 'warn';
  return [tagged(kind, last.outcome), ` ${formatTime(last.start)}`];
}

function reasonsOf({ reports, refused }: DeviceInfo): Record<string, number> {
  const counts: Record<string, number> = {};
  const reasons = [...reports.flatMap((report) => report.reasons), ...refused.map((refusal) => refusal.code)];
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function codesOf(counts: Record<string, number>): Content[] {
  const codes = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
  const tags = codes.map(([reason, count]) => element('span', { class: 'code bad' }, `${reason} × ${count}`));
  return tags.length > 0 ? [element('div', { class: 'codes' }, ...tags)] : [];
}
