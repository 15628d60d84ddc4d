import type { DeviceInfo, NetworkInfo, OwnerInfo } from '@commonwire/sdk/oracle';
import { fetchOracles, oracleApi } from './api';
import { type EpochRow, loadEpochs } from './epochs';

/** The status of one oracle. */
export interface OracleStatus {
  url: string;
  network?: NetworkInfo;
  error?: string;
}

/** Everything that the page shows, loaded together. */
export interface Snapshot {
  oracles: OracleStatus[];
  /** The oracle that the data comes from: the first that answers. */
  source?: string;
  network?: NetworkInfo;
  /** Latest first. */
  epochs: EpochRow[];
  devices: DeviceInfo[];
  owners: OwnerInfo[];
  /** Messages about data that couldn't be loaded. */
  problems: string[];
}

const EPOCHS = 24;
/** The most concurrent requests, so that the page doesn't overload an oracle. */
const PARALLEL = 6;

/** Loads a snapshot with the first `deviceLimit` devices. Never throws: failures are in `problems`. */
export async function loadSnapshot(deviceLimit: number): Promise<Snapshot> {
  const snapshot: Snapshot = { oracles: [], epochs: [], devices: [], owners: [], problems: [] };
  const attempt = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      snapshot.problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };

  const urls = (await attempt('The list of oracles', fetchOracles)) ?? [];
  snapshot.oracles = await Promise.all(urls.map(readStatus));
  for (const { url, error } of snapshot.oracles) if (error) snapshot.problems.push(`Oracle ${url}: ${error}`);
  const source = snapshot.oracles.find(({ network }) => network);
  if (!source?.network) return snapshot;
  snapshot.source = source.url;
  snapshot.network = source.network;

  const api = oracleApi(source.url);
  const indices = Array.from({ length: Math.min(source.network.device_count, deviceLimit) }, (_, i) => i);
  const [epochs, devices] = await Promise.all([
    attempt('Epochs', () => loadEpochs(api, EPOCHS)),
    inParallel(indices, (index) => attempt(`Device ${index}`, () => api.device(index))),
  ]);
  snapshot.epochs = epochs ?? [];
  snapshot.devices = devices.filter((device) => device !== undefined);
  const addresses = [...new Set(snapshot.devices.map(({ owner }) => owner))];
  const owners = await inParallel(addresses, (address) =>
    attempt(`Owner ${address}`, () => api.owner(address)),
  );
  snapshot.owners = owners.filter((owner) => owner !== undefined);
  return snapshot;
}

async function readStatus(url: string): Promise<OracleStatus> {
  try {
    return { url, network: await oracleApi(url).network() };
  } catch (error) {
    return { url, error: error instanceof Error ? error.message : String(error) };
  }
}

async function inParallel<In, Out>(items: readonly In[], read: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const position = next++;
      results[position] = await read(items[position]!);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return results;
}
