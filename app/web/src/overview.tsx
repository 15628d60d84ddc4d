import type { NetworkInfo } from '@commonwire/sdk/oracle';
import { formatCount, formatDuration, formatTime, formatTokens } from './format';
import { isWaiting } from './live';
import { Code, type Column, Empty, Facts, type Mood, State, Table, Tile, Tokens } from './parts';
import type { OracleStatus, Snapshot } from './snapshot';
import { t } from './text';

const MOST_PROBLEMS = 5;

/** Returns whether an oracle answers, can be relied on and belongs to its network's committee. */
const isHealthy = ({ network, health }: OracleStatus) =>
  health?.status !== 'stale' &&
  health?.status !== 'starting' &&
  (network?.committee.keys.includes(network.oracle) ?? false);

/** The problems while loading, as far as there is room. */
export function problemsOf({ problems }: Snapshot): string[] {
  const few = problems.slice(0, MOST_PROBLEMS);
  if (problems.length > few.length) few.push(t('app.more', { count: problems.length - few.length }));
  return few;
}

/** The network's health in a line; undefined while nobody has answered. */
export function healthOf(snapshot: Snapshot): { mood: Mood; text: string } | undefined {
  if (isWaiting(snapshot)) return undefined;
  const { oracles, network } = snapshot;
  if (!network) return { mood: 'bad', text: t('health.silent') };
  if (oracles.some(({ network: answer, error }) => !answer && !error))
    return { mood: 'quiet', text: t('health.asking') };
  const healthy = oracles.filter(isHealthy).length;
  const count = oracles.length;
  if (healthy === count) return { mood: 'good', text: t('health.all', { count }) };
  const { threshold } = network.committee;
  return healthy < threshold
    ? { mood: 'bad', text: t('health.few', { healthy, count, threshold }) }
    : { mood: 'warn', text: t('health.some', { healthy, count }) };
}

/** Returns the seconds until the next cut is due; 0 if it is due. */
const secondsToCut = ({ cut_time, epoch_seconds, time }: NetworkInfo): number =>
  Math.max(0, cut_time + epoch_seconds - time / 1000);

/** The network's figures as tiles, and its addresses. */
export function NetworkFigures({ network }: { network: NetworkInfo }) {
  const { decimals, epoch, clock, time } = network;
  const earned = BigInt(network.earned_total);
  const paid = BigInt(network.paid_total);
  const due = earned - paid;
  const shown = formatTime((clock.origin + (time - clock.start) * clock.speed) / 1000);
  const [date = '', ...clockTime] = shown.split(' ');
  return (
    <>
      <dl className="tiles">
        <Tile name={t('network.earned')} value={<Tokens amount={earned} decimals={decimals} />}>
          {t('network.tokens')}
        </Tile>
        <Tile name={t('network.paid')} value={<Tokens amount={paid} decimals={decimals} />}>
          {due > 0n ? t('network.due', { amount: formatTokens(due, decimals) }) : t('network.nothingDue')}
        </Tile>
        <Tile name={t('network.collecting')} value={epoch.collecting}>
          <CutNote network={network} />
        </Tile>
        <Tile name={t('network.devices')} value={formatCount(network.device_count)}>
          {t('network.registered')}
        </Tile>
        <Tile name={t('network.time')} value={clockTime.join(' ')}>
          {clock.speed === 1 ? date : t('network.speed', { date, speed: formatCount(clock.speed) })}
        </Tile>
      </dl>
      <Facts
        facts={[
          [t('network.address'), network.network] as const,
          [t('network.mint'), network.mint] as const,
          [t('network.program'), network.program] as const,
        ].map(([name, address]) => [name, <code key={name}>{address}</code>])}
      />
    </>
  );
}

function CutNote({ network }: { network: NetworkInfo }) {
  const left = secondsToCut(network);
  const { epoch, epoch_seconds } = network;
  const cut =
    left === 0 ? t('network.cutDue') : t('network.cutIn', { time: formatDuration(Math.ceil(left)) });
  return (
    <>
      <progress
        aria-label={t('network.passed')}
        max={epoch_seconds}
        value={Math.max(0, epoch_seconds - left)}
      />
      {epoch.pending === null ? cut : t('network.pending', { cut, epoch: epoch.pending })}
    </>
  );
}

/** Who may change the network, and a pause in force. */
export function Governance({ network }: { network: NetworkInfo }) {
  const { authority, governance } = network;
  const facts: [string, string | null][] = [[t('rule.authority'), authority]];
  if (governance) {
    if (governance.proposed_authority) facts.push([t('rule.proposed'), governance.proposed_authority]);
    facts.push([t('rule.guardian'), governance.guardian], [t('rule.upgrade'), governance.upgrade_authority]);
  }
  const pause = governance?.pause;
  return (
    <>
      {pause && (
        <p className="problem">
          <State mood="warn">
            {pause.until === null
              ? t('rule.pausedOpen', { since: formatTime(pause.since) })
              : t('rule.paused', { since: formatTime(pause.since), until: formatTime(pause.until) })}
          </State>
        </p>
      )}
      <Facts
        facts={facts.map(([name, address]) => [
          name,
          address === null ? t('rule.nobody') : <code key={name}>{address}</code>,
        ])}
      />
    </>
  );
}

const healthState = (status: OracleStatus) => {
  const { network, health, error } = status;
  if (!network)
    return error ? <State mood="bad">{error}</State> : <State mood="quiet">{t('oracle.asking')}</State>;
  if (health?.status === 'starting') return <State mood="warn">{t('oracle.starting')}</State>;
  if (health?.status === 'stale')
    return (
      <State mood="bad">
        {t('oracle.stale', { codes: health.problems.map(({ code }) => code).join(', ') })}
      </State>
    );
  return isHealthy(status) ? (
    <State mood="good">{t('oracle.healthy')}</State>
  ) : (
    <State mood="warn">{t('oracle.stranger')}</State>
  );
};

/** The oracles with their health. */
export function Oracles({ oracles, source }: Snapshot) {
  if (oracles.length === 0) return <Empty>{t('oracles.none')}</Empty>;
  const columns: Column<OracleStatus>[] = [
    {
      title: t('oracles.oracle'),
      cell: ({ url }) => (url === source ? t('oracles.shown', { url }) : url),
    },
    { title: t('oracles.state'), cell: healthState },
    { title: t('oracles.key'), cell: ({ network }) => (network ? <Code text={network.oracle} /> : '–') },
    {
      title: t('oracles.collecting'),
      number: true,
      cell: ({ network }) => network?.epoch.collecting ?? '–',
    },
    { title: t('oracles.current'), number: true, cell: ({ network }) => network?.epoch.current ?? '–' },
  ];
  return <Table caption={t('oracles.title')} columns={columns} rows={oracles} keyOf={({ url }) => url} />;
}
