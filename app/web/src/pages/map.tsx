import { useLocation } from 'wouter';
import DeviceMap from '../map/device-map';
import { Section } from '../parts';
import { t } from '../text';

/** The map alone, with an address for each cell. */
export default function MapPage({ cell }: { cell?: string }) {
  const [, go] = useLocation();
  const known = cell !== undefined && /^[0-9a-f]{15}$/.test(cell) ? cell : null;
  return (
    <Section id="map" title={t('map.title')} note={t('map.note')}>
      <DeviceMap
        selected={known}
        select={(next) => go(next === null ? '/map' : `/map/${next}`, { replace: true })}
      />
    </Section>
  );
}
