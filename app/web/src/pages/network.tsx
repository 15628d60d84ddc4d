import { useState } from 'react';
import { Link } from 'wouter';
import { Devices, devicesNote, Owners, ownersNote } from '../earners';
import { formatDuration } from '../format';
import { EpochCharts, EpochTable } from '../history';
import { Later } from '../later';
import { isWaiting, live, useSnapshot } from '../live';
import { Governance, NetworkFigures, Oracles } from '../overview';
import { Empty, Section } from '../parts';
import { t } from '../text';
import { WhenSeen } from '../when-seen';
import { DeviceMap } from '.';

/** What the network earns and pays, its epochs, oracles, devices and owners. */
export function NetworkPage() {
  const snapshot = useSnapshot();
  const [cell, selectCell] = useState<string | null>(null);
  const { network, epochs, devices, owners } = snapshot;
  if (isWaiting(snapshot)) return <Empty>{t('app.loading')}</Empty>;
  const decimals = network?.decimals ?? 0;
  const silent = <Empty>{t('app.noData')}</Empty>;
  const { threshold, keys, version } = network?.committee ?? { keys: [] };
  return (
    <>
      <section aria-label={t('network.title')}>
        <div id="network">{network ? <NetworkFigures network={network} /> : silent}</div>
        <div id="governance">{network && <Governance network={network} />}</div>
      </section>
      <Section
        id="epochs-all"
        title={t('epochs.title')}
        note={network && t('epochs.every', { time: formatDuration(network.epoch_seconds) })}
      >
        <div id="plots" className="plots">
          {network ? <EpochCharts epochs={epochs} decimals={decimals} /> : silent}
        </div>
        <div id="epochs">{network ? <EpochTable epochs={epochs} decimals={decimals} /> : silent}</div>
      </Section>
      <Section id="map" title={t('map.title')} note={<Link href="/map">{t('map.page')}</Link>}>
        <WhenSeen>
          <Later>
            <DeviceMap selected={cell} select={selectCell} />
          </Later>
        </WhenSeen>
      </Section>
      <Section
        id="oracles"
        title={t('oracles.title')}
        note={
          threshold !== undefined && version !== undefined
            ? t('oracles.note', { threshold, count: keys.length, version })
            : ''
        }
      >
        <Oracles {...snapshot} />
      </Section>
      <Section id="devices" title={t('devices.title')} note={devicesNote(snapshot)}>
        {network ? <Devices devices={devices} decimals={decimals} /> : silent}
      </Section>
      {(network?.device_count ?? 0) > live.deviceLimit && (
        <button id="more-devices" type="button" onClick={live.moreDevices}>
          {t('devices.more')}
        </button>
      )}
      <Section id="owners" title={t('owners.title')} note={ownersNote(snapshot)}>
        {network ? <Owners owners={owners} decimals={decimals} /> : silent}
      </Section>
    </>
  );
}
