import {
  type AreaInfo,
  type AreaList,
  areaInfoSchema,
  areaListSchema,
  type CellList,
  cellListSchema,
  type DeviceInfo,
  deviceInfoSchema,
  type EpochInfo,
  type EpochList,
  type EpochSignatures,
  epochInfoSchema,
  epochListSchema,
  epochSignaturesSchema,
  type Health,
  healthSchema,
  type NetworkInfo,
  networkInfoSchema,
  type OrderInfo,
  type OwnerInfo,
  orderInfoSchema,
  ownerInfoSchema,
  type TraderList,
  traderListSchema,
} from '@commonwire/sdk/oracle';
import * as z from 'zod';
import { t } from './text';

const TIMEOUT_MS = 8_000;

const httpUrl = z.url({ protocol: /^https?$/ });
const sourcesSchema = z.object({ oracles: z.array(httpUrl).min(1), rpc: httpUrl.optional() });

/** Where the page's data comes from. */
export interface Sources {
  oracles: string[];
  /** The RPC node by which wallets' transactions are sent. Without one the page only shows. */
  rpc?: string | undefined;
}

/** Fetches from this page's server where data comes from. */
export async function fetchSources(): Promise<Sources> {
  const { oracles, rpc } = await fetchJson('api/oracles', sourcesSchema);
  return { oracles: oracles.map((url) => url.replace(/\/+$/, '')), rpc };
}

/** One oracle's JSON API. Answers are validated. Methods throw errors whose messages can be shown to users. */
export const oracleApi = (url: string) => ({
  network: (): Promise<NetworkInfo> => fetchJson(`${url}/v1/network`, networkInfoSchema),
  /** Also answers if the oracle says, with status 503, that it is starting or stale. */
  health: (): Promise<Health> => fetchJson(`${url}/health`, healthSchema, [200, 503]),
  epochs: (limit: number): Promise<EpochList> =>
    fetchJson(`${url}/v1/epochs?limit=${limit}`, epochListSchema),
  epoch: (epoch: number): Promise<EpochInfo> => fetchJson(`${url}/v1/epochs/${epoch}`, epochInfoSchema),
  signatures: (epoch: number): Promise<EpochSignatures> =>
    fetchJson(`${url}/v1/epochs/${epoch}/signatures`, epochSignaturesSchema),
  device: (index: number): Promise<DeviceInfo> => fetchJson(`${url}/v1/devices/${index}`, deviceInfoSchema),
  /** Cells of devices after an index; -1: from the first on. */
  cells: (after: number): Promise<CellList> =>
    fetchJson(`${url}/v1/cells?limit=4096${after < 0 ? '' : `&after=${after}`}`, cellListSchema),
  /** An owner with all devices, page by page. */
  async allOf(address: string): Promise<OwnerInfo> {
    const first = await this.owner(address);
    for (let { next_after: after } = first; after !== null; ) {
      const page = await fetchJson(`${url}/v1/owners/${address}?after=${after}`, ownerInfoSchema);
      first.devices.push(...page.devices);
      first.settlements.push(...page.settlements);
      after = page.next_after;
    }
    return first;
  },
  /** The areas of the market. */
  areas: (): Promise<AreaList> => fetchJson(`${url}/v1/areas?limit=256`, areaListSchema),
  /** What the areas in a cell cleared in the latest epochs. */
  area: (cell: string): Promise<AreaInfo> => fetchJson(`${url}/v1/areas/${cell}`, areaInfoSchema),
  /** Offers and orders of an area, a meter or an owner. */
  traders: (of: { area: string } | { device: number } | { owner: string }): Promise<TraderList> => {
    const [[name, value] = []] = Object.entries(of);
    return fetchJson(`${url}/v1/orders?${name}=${value}&limit=256`, traderListSchema);
  },
  /** An offer or order with what it traded. */
  async trade(address: string): Promise<OrderInfo> {
    const info = await fetchJson(`${url}/v1/orders/${address}`, orderInfoSchema);
    if (info.account !== address) throw new Error(t('error.answer'));
    return info;
  },
  owner: (address: string): Promise<OwnerInfo> => fetchJson(`${url}/v1/owners/${address}`, ownerInfoSchema),
  /** Fetches the lines of a part of an epoch's dataset; undefined if the oracle doesn't have that part yet. */
  async lines<T>(epoch: number, sha256: string, schema: z.ZodType<T>): Promise<T[] | undefined> {
    const { status, text } = await fetchText(`${url}/v1/epochs/${epoch}/parts/${sha256}`, [200, 404]);
    if (status === 404) return undefined;
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => schema.parse(JSON.parse(line)));
  },
});

/** The type of {@link oracleApi}. */
export type OracleApi = ReturnType<typeof oracleApi>;

async function fetchText(
  url: string,
  statuses: readonly number[] = [200],
): Promise<{ status: number; text: string }> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' });
  } catch (cause) {
    const slow = cause instanceof DOMException && cause.name === 'TimeoutError';
    throw new Error(slow ? t('error.timeout', { seconds: TIMEOUT_MS / 1000 }) : t('error.unreachable'), {
      cause,
    });
  }
  if (!statuses.includes(response.status)) throw new Error(t('error.status', { status: response.status }));
  return { status: response.status, text: await response.text() };
}

async function fetchJson<T>(url: string, schema: z.ZodType<T>, statuses?: readonly number[]): Promise<T> {
  const { text } = await fetchText(url, statuses);
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(t('error.answer'), { cause });
  }
}
