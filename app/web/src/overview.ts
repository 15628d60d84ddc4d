import type { NetworkInfo } from '@commonwire/sdk/oracle';
import { type Content, element, table } from './dom';
import { formatCount, formatDuration, formatTime, formatTokens } from './format';
import { code, empty, state, tokens } from './parts';
import type { OracleStatus, Snapshot } from './snapshot';

const MOST_PROBLEMS = 5;

/** Returns whether an oracle answers, can be relied on and belongs to its network's committee. */
const isHealthy = ({ network, health }: OracleStatus) =>
  health?.status !== 'stale' &&
  health?.status !== 'starting' &&
  (network?.committee.keys.includes(network.oracle) ?? false);

/** Lists the problems while loading. */
export function problemsView({ problems }: Snapshot): Content[] {
  const few = problems.slice(0, MOST_PROBLEMS);
  if (problems.length > few.length) few.push(`… and ${problems.length - few.length} more.`);
  return few.map((problem) => element('p', { class: 'problem' }, problem));
}

/** Summarizes the network's health. */
export function healthView({ oracles, network }: Snapshot): Content[] {
  if (!network) return [state('bad', 'No oracle answers')];
  if (oracles.some(({ network: answer, error }) => !answer && !error))
    return [state('quiet', 'Asking the oracles …')];
  const healthy = oracles.filter(isHealthy).length;
  if (healthy === oracles.length) return [state('good', `All ${healthy} oracles healthy`)];
  const { threshold } = network.committee;
  const text = `${healthy} of ${oracles.length} oracles healthy`;
  return [
    healthy < threshold ? state('bad', `${text}, ${threshold} must sign an epoch`) : state('warn', text),
  ];
}

/** Returns the seconds until the next cut is due; 0 if it is due. */
export function secondsToCut({ cut_time, epoch_seconds, time }: NetworkInfo): number {
  return Math.max(0, cut_time + epoch_seconds - time / 1000);
}

/** Shows the network's figures as tiles, and its addresses. */
export function networkView(snapshot: Snapshot): Content[] {
  const { network } = snapshot;
  if (!network) return empty(snapshot, '');
  const { mint, decimals, epoch, clock, time } = network;
  const earned = BigInt(network.earned_total);
  const unpaid = earned - BigInt(network.paid_total);
  const [date = '', ...clockTime] = formatTime(
    (clock.origin + (time - clock.start) * clock.speed) / 1000,
  ).split(' ');
  const speed = clock.speed === 1 ? '' : `, ${formatCount(clock.speed)}\u00a0× real time`;
  const tiles = [
    tile('Earned since the start', tokens(earned, decimals), 'tokens'),
    tile(
      'Paid out',
      tokens(BigInt(network.paid_total), decimals),
      unpaid > 0n ? `${formatTokens(unpaid, decimals)} due` : 'everything earned so far',
    ),
    tile('Collecting epoch', `${epoch.collecting}`, ...cutNote(network)),
    tile('Devices', formatCount(network.device_count), 'registered'),
    tile('Device time', clockTime.join(' '), `${date}${speed}`),
  ];
  const facts: [string, string][] = [
    ['Network', network.network],
    ['Reward token', mint],
    ['Program', network.program],
  ];
  return [
    element('dl', { class: 'tiles' }, ...tiles),
    element(
      'dl',
      { class: 'facts' },
      ...facts.map(([name, address]) =>
        element('div', {}, element('dt', {}, name), element('dd', {}, element('code', {}, address))),
      ),
    ),
  ];
}

/** Lists the oracles with their health. */
export function oraclesView(snapshot: Snapshot): Content[] {
  const { oracles, source } = snapshot;
  if (oracles.length === 0) return empty(snapshot, 'No oracles are configured.');
  const health = (status: OracleStatus) => {
    if (!status.network) return status.error ? state('bad', status.error) : state('quiet', 'asking …');
    if (status.health?.status === 'starting') return state('warn', 'starting');
    if (status.health?.status === 'stale')
      return state('bad', `stale: ${status.health.problems.map(({ code }) => code).join(', ')}`);
    return isHealthy(status) ? state('good', 'healthy') : state('warn', 'answers, but not in the committee');
  };
  return [
    table<OracleStatus>(
      'Oracles',
      [
        { title: 'Oracle', cell: ({ url }) => (url === source ? `${url} (shown here)` : url) },
        { title: 'State', cell: health },
        { title: 'Key', cell: ({ network }) => (network ? code(network.oracle) : '–') },
        { title: 'Collecting epoch', number: true, cell: ({ network }) => network?.epoch.collecting ?? '–' },
        { title: 'Current epoch', number: true, cell: ({ network }) => network?.epoch.current ?? '–' },
      ],
      oracles,
    ),
  ];
}

/** Shows how many oracles must sign an epoch. */
export function oraclesNote({ network }: Snapshot): Content[] {
  if (!network) return [];
  const { threshold, keys, version } = network.committee;
  return [`${threshold} of ${keys.length} must sign an epoch, committee version ${version}`];
}

function tile(name: string, value: Content, ...note: Content[]): HTMLElement {
  return element(
    'div',
    {},
    element('dt', {}, name),
    element('dd', { class: 'value' }, value),
    element('dd', { class: 'quiet' }, ...note),
  );
}

function cutNote(network: NetworkInfo): Content[] {
  const left = secondsToCut(network);
  const { epoch, epoch_seconds } = network;
  const passed = element('progress', {
    'aria-label': 'Part of the epoch that has passed',
    max: `${epoch_seconds}`,
    value: `${Math.max(0, epoch_seconds - left)}`,
  });
  const cut = left === 0 ? 'next cut is due' : `next cut in ${formatDuration(Math.ceil(left))}`;
  return [passed, epoch.pending === null ? cut : `${cut}, epoch ${epoch.pending} pending`];
}
