import { Link } from 'wouter';
import { formatCount } from '../format';
import { useSnapshot } from '../live';
import { Empty } from '../parts';
import { t } from '../text';
import { CellMap } from './cell-map';
import { MOST_DEVICES, useDeviceCells } from './cells';

const counted = (count: number) => t('map.devices', { count, shown: formatCount(count) });

/** All devices on a map, and as a list. */
export default function DeviceMap(props: { selected: string | null; select: (cell: string | null) => void }) {
  const { source, network } = useSnapshot();
  const { data, error } = useDeviceCells();
  if (!data && !error)
    return (
      <Empty>{source === undefined && network === undefined ? t('app.noData') : t('app.loading')}</Empty>
    );
  return (
    <>
      {error && (
        <p className="problem">{t('app.oracleFailed', { url: source ?? '', error: error.message })}</p>
      )}
      {data && data.count === 0 && <Empty>{t('devices.none')}</Empty>}
      {data && data.count > 0 && (
        <>
          {data.count >= MOST_DEVICES && (
            <p className="problem">{t('map.most', { count: formatCount(data.count) })}</p>
          )}
          <CellMap
            {...props}
            pages={data.pages}
            label={t('map.label')}
            counted={counted}
            item={(index) => <Link href={`/devices/${index}`}>{t('search.device', { index })}</Link>}
          />
        </>
      )}
    </>
  );
}
