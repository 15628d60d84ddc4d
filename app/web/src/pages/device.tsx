import { mountOf, placeOf } from '@commonwire/sdk/device';
import type { DeviceInfo, DeviceReport } from '@commonwire/sdk/oracle';
import { Link } from 'wouter';
import { Outcome } from '../earners';
import { formatTime, formatTokens } from '../format';
import { formatCapacity, formatScore, viewOf } from '../kinds';
import { useSnapshot } from '../live';
import { type Column, Empty, Facts, OwnerLink, Quiet, Section, Table, Tile, Tokens } from '../parts';
import { type Bar, BarChart, highestOf } from '../plot';
import { t, textFor } from '../text';
import { Loaded } from './loaded';

/** One device: what it measured, what was accepted of it, what it earned and what was paid, and why. */
export default function DevicePage({ index }: { index: number }) {
  return (
    <Loaded name={['device', index]} read={(oracle) => oracle.device(index)}>
      {(device, decimals) => <Device device={device} decimals={decimals} />}
    </Loaded>
  );
}

/** The sum of the values of reports that are known. */
const sumOf = (reports: readonly DeviceReport[]): bigint =>
  reports.reduce((sum, { value }) => sum + BigInt(value ?? 0), 0n);

function Device({ device, decimals }: { device: DeviceInfo; decimals: number }) {
  const { index, kind, outstanding } = device;
  const current = useSnapshot().network?.epoch.current ?? 0;
  const { unit } = viewOf(kind);
  const registered = BigInt(`0x${device.h3_cell}`);
  const mount = mountOf(registered) ?? 'unknown';
  const reports = [...device.reports].sort((a, b) => a.start - b.start);
  const accepted = reports.filter(({ outcome }) => outcome === 'accepted');
  const amount = (units: string) => <Tokens amount={BigInt(units)} decimals={decimals} />;
  const measured = (some: readonly DeviceReport[]) => `${formatScore(sumOf(some), kind)} ${unit}`;
  return (
    <>
      <Section id="device" title={t('device.title', { index })}>
        {device.retired && <p className="problem">{t('device.retired')}</p>}
        {outstanding && (
          <p className="problem">
            {outstanding.owner === null
              ? t('device.retiring', { epoch: outstanding.effective_epoch })
              : t('device.transfer', { epoch: outstanding.effective_epoch, owner: outstanding.owner })}
          </p>
        )}
        <dl className="tiles" aria-label={t('device.states')}>
          <Tile name={t('device.measured')} value={measured(reports)}>
            {t('device.measuredNote')}
          </Tile>
          <Tile name={t('device.accepted')} value={measured(accepted)}>
            {t('device.acceptedNote')}
          </Tile>
          <Tile name={t('device.earned')} value={amount(device.earned)}>
            {t('device.earnedNote')}
          </Tile>
          <Tile name={t('device.paid')} value={amount(device.paid)}>
            {t('device.paidNote')}
          </Tile>
        </dl>
        <Facts
          facts={[
            [t('device.owner'), <OwnerLink key="owner" address={device.owner} />],
            [t('device.kind'), viewOf(kind).name],
            [t('device.capacity'), formatCapacity(device.capacity, kind)],
            [t('device.cell'), <code key="cell">{placeOf(registered).toString(16)}</code>],
            ...(mount === 'unknown' ? [] : [[t('device.mount'), t(`mount.${mount}`)] as const]),
            [t('device.key'), <code key="key">{device.device_key}</code>],
          ]}
        />
        {current > 0 && (
          <p>
            <Link href={`/audit/${current}/${index}`}>{t('audit.deviceLink')}</Link>
          </p>
        )}
      </Section>
      <Section id="reports" title={t('device.reports')}>
        {reports.length === 0 ? (
          <Empty>{t('device.noReports')}</Empty>
        ) : (
          <>
            <Curve reports={reports} kind={kind} />
            <Reports reports={[...reports].reverse()} kind={kind} />
          </>
        )}
      </Section>
      {device.refused.length > 0 && (
        <Section id="refused" title={t('device.refused')} note={t('device.refusedNote')}>
          <Refusals refused={device.refused} />
        </Section>
      )}
    </>
  );
}

/** The values by time. What wasn't accepted has another colour, and says so. */
function Curve({ reports, kind }: { reports: readonly DeviceReport[]; kind: number }) {
  const { per, unit, series } = viewOf(kind);
  const bars = reports.map(({ start, value, outcome }): Bar => {
    const known = BigInt(value ?? 0);
    const shown = textFor(`outcome.${outcome}`) ?? outcome;
    return {
      label: formatTime(start).split(' ').at(-2) ?? '',
      value: known > 0n ? (known * 1000n) / per : 0n,
      title: `${formatTime(start)}: ${formatScore(known, kind)} ${unit}, ${shown}`,
      ...(outcome === 'accepted' ? {} : { series: outcome === 'received' ? 'waiting' : 'unpaid' }),
    };
  });
  const title = t('device.curve', { unit });
  const highest = `${formatTokens(highestOf(bars)?.value ?? 0n, 3)} ${unit}`;
  return (
    <div className="plots">
      <BarChart
        title={title}
        described={`${title}: ${highest}`}
        series={series}
        bars={bars}
        axis={(value) => formatTokens(value, 3)}
      />
    </div>
  );
}

function Reports({ reports, kind }: { reports: readonly DeviceReport[]; kind: number }) {
  const columns: Column<DeviceReport>[] = [
    { title: t('device.time'), cell: ({ start }) => formatTime(start) },
    {
      title: t('device.value'),
      number: true,
      cell: ({ value }) =>
        value === null ? (
          <Quiet>{t('device.sealed')}</Quiet>
        ) : (
          `${formatScore(BigInt(value), kind)} ${viewOf(kind).unit}`
        ),
    },
    { title: t('device.verdict'), cell: ({ outcome }) => <Outcome outcome={outcome} /> },
    { title: t('device.why'), cell: ({ reasons }) => <Reasons codes={reasons} /> },
    { title: t('epochs.epoch'), number: true, cell: ({ epoch }) => epoch },
  ];
  return <Table caption={t('device.reports')} columns={columns} rows={reports} keyOf={({ hash }) => hash} />;
}

const Reasons = ({ codes }: { codes: readonly string[] }) =>
  codes.length === 0
    ? t('app.none')
    : codes.map((code) => (
        <div key={code} className="reason">
          <span className="code">{code}</span> {textFor(`reason.${code}`)}
        </div>
      ));

function Refusals({ refused }: { refused: DeviceInfo['refused'] }) {
  const rows = refused.map((refusal, place) => ({ ...refusal, place }));
  const columns: Column<(typeof rows)[number]>[] = [
    { title: t('device.refusedAt'), cell: ({ time }) => formatTime(time / 1000) },
    { title: t('device.why'), cell: ({ code }) => <Reasons codes={[code]} /> },
  ];
  return <Table caption={t('device.refused')} columns={columns} rows={rows} keyOf={({ place }) => place} />;
}
