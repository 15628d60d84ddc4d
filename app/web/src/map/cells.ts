import type { CellList } from '@commonwire/sdk/oracle';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type OracleApi, oracleApi } from '../api';
import { useSnapshot } from '../live';
import { t } from '../text';

/** The most devices that are shown: more would take memory that a phone doesn't have. */
export const MOST_DEVICES = 2 ** 18;
const REFRESH_MS = 30_000;

/** Where devices are, by index: pages as an oracle gave them. */
export interface DeviceCells {
  pages: readonly CellList['cells'][];
  count: number;
}

/**
 * Loads where devices are, and goes on after those that are known: a device never moves.
 * @param show told after each page
 */
export async function loadCells(
  api: Pick<OracleApi, 'cells'>,
  known: DeviceCells,
  show: (cells: DeviceCells) => void = () => undefined,
): Promise<DeviceCells> {
  let { pages, count } = known;
  while (count < MOST_DEVICES) {
    const { first, cells, kinds, next_after: next } = await api.cells(count - 1);
    if (first !== count || kinds.length !== cells.length || (next !== null && cells.length === 0))
      throw new Error(t('error.answer'));
    if (cells.length === 0) break;
    pages = [...pages, cells];
    count += cells.length;
    if (next === null) break;
    show({ pages, count });
  }
  return { pages, count };
}

const NONE: DeviceCells = { pages: [], count: 0 };

/** Where the devices of the network that is shown are, kept up to date as others are registered. */
export function useDeviceCells() {
  const { source } = useSnapshot();
  const queries = useQueryClient();
  const key = [source, 'cells'];
  return useQuery({
    queryKey: key,
    queryFn: () => {
      const known = queries.getQueryData<DeviceCells>(key) ?? NONE;
      return loadCells(oracleApi(source!), known, (cells) => queries.setQueryData(key, cells));
    },
    enabled: source !== undefined,
    refetchInterval: REFRESH_MS,
    structuralSharing: false,
  });
}
