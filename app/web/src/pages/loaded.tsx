import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type OracleApi, oracleApi } from '../api';
import { useSnapshot } from '../live';
import { Empty } from '../parts';
import { t } from '../text';

/**
 * Shows what the oracle that data comes from answers, and asks again every few seconds. What it answered last stays while
 * it fails, with the failure above it.
 */
export function Loaded<T>(props: {
  name: readonly (string | number)[];
  read: (oracle: OracleApi) => Promise<T>;
  children: (data: T, decimals: number) => ReactNode;
}) {
  const { source, network, oracles } = useSnapshot();
  const { data, error } = useQuery({
    queryKey: [source, ...props.name],
    queryFn: () => props.read(oracleApi(source!)),
    enabled: source !== undefined,
  });
  if (source === undefined)
    return <Empty>{oracles.some((one) => one.error) ? t('app.noData') : t('app.loading')}</Empty>;
  return (
    <>
      {error && <p className="problem">{t('app.oracleFailed', { url: source, error: error.message })}</p>}
      {data !== undefined && props.children(data, network?.decimals ?? 0)}
      {data === undefined && !error && <Empty>{t('app.loading')}</Empty>}
    </>
  );
}
