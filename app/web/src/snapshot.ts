import type { DeviceInfo, Health, NetworkInfo, OwnerInfo } from '@commonwire/sdk/oracle';
import { fetchSources, type OracleApi, oracleApi } from './api';
import { type EpochRow, loadEpochs } from './epochs';
import { t } from './text';

/** The status of one oracle; neither `network` nor `error`: it hasn't answered yet. */
export interface OracleStatus {
  url: string;
  network?: NetworkInfo;
  /** Missing if the oracle doesn't tell it. */
  health?: Health;
  error?: string;
}

/** A registered device. Without `info` it is still being loaded; with `error`, it couldn't be loaded this time. */
export interface DeviceRow {
  index: number;
  info?: DeviceInfo;
  error?: string;
}

/** Everything that the page shows. Parts keep their last state until they are loaded again. */
export interface Snapshot {
  oracles: OracleStatus[];
  /** The oracle that the data comes from: the first that answers. */
  source?: string;
  /** The RPC node by which wallets' transactions are sent, if this page's server names one. */
  rpc?: string | undefined;
  network?: NetworkInfo;
  /** Latest first. */
  epochs: EpochRow[];
  /** By index. */
  devices: DeviceRow[];
  owners: OwnerInfo[];
  /** Messages about data that couldn't be loaded. */
  problems: string[];
}

const EPOCHS = 24;
/** The most concurrent requests, so that the page doesn't overload an oracle. */
const PARALLEL = 6;
/** Failures after which no more requests of a kind are sent until the next refresh. */
const MOST_FAILURES = 6;
/** How long oracles that come first in the list are waited for once another one has answered. */
const HEAD_START_MS = 1_000;

/** Loads what the page shows, part by part. */
export class Loader {
  readonly snapshot: Snapshot = { oracles: [], epochs: [], devices: [], owners: [], problems: [] };
  /** Requests for the status of oracles that haven't been answered yet, by URL. A slow one outlasts a refresh. */
  private readonly asking = new Map<string, Promise<OracleStatus>>();
  private problems: string[] = [];

  /** @param changed called whenever a part has arrived */
  constructor(private readonly changed: () => void) {}

  /** Loads everything again, with the first `deviceLimit` devices. Never throws: failures are in `problems`. */
  async refresh(deviceLimit: number): Promise<void> {
    this.problems = [];
    const { snapshot } = this;
    const sources = await this.attempt(t('failed.list'), fetchSources);
    const urls = sources?.oracles ?? snapshot.oracles.map(({ url }) => url);
    if (sources) snapshot.rpc = sources.rpc;
    snapshot.oracles = urls.map((url) => snapshot.oracles.find((one) => one.url === url) ?? { url });
    this.changed();
    const source = await this.firstToAnswer(urls);
    if (source?.network) await this.loadFrom(source.url, source.network, deviceLimit);
    else {
      delete snapshot.source;
      delete snapshot.network;
      Object.assign(snapshot, { epochs: [], devices: [], owners: [] });
    }
    const failed = snapshot.oracles.flatMap(({ url, error }) =>
      error ? [t('app.oracleFailed', { url, error })] : [],
    );
    snapshot.problems = [...failed, ...this.problems];
    this.changed();
  }

  /** Asks every oracle that isn't being asked already. @returns the first in the list of those that answer in time */
  private async firstToAnswer(urls: readonly string[]): Promise<OracleStatus | undefined> {
    const answered = new Map<string, OracleStatus>();
    const asked = urls.map(async (url) => {
      const status = await this.ask(url);
      if (!status.network) throw new Error(status.error);
      answered.set(url, status);
    });
    await Promise.any(asked).catch(() => undefined);
    if (answered.size > 0) await Promise.race([firstDone(asked), after(HEAD_START_MS)]);
    return urls.flatMap((url) => answered.get(url) ?? [])[0];
  }

  private ask(url: string): Promise<OracleStatus> {
    const asking =
      this.asking.get(url) ??
      readStatus(url).then((status) => {
        this.asking.delete(url);
        this.snapshot.oracles = this.snapshot.oracles.map((one) => (one.url === url ? status : one));
        this.changed();
        return status;
      });
    this.asking.set(url, asking);
    return asking;
  }

  private async loadFrom(source: string, network: NetworkInfo, deviceLimit: number): Promise<void> {
    const { snapshot } = this;
    Object.assign(snapshot, { source, network });
    const count = Math.min(network.device_count, deviceLimit);
    snapshot.devices = Array.from({ length: count }, (_, index) => snapshot.devices[index] ?? { index });
    this.changed();
    const api = oracleApi(source);
    await Promise.all([this.loadEpochs(api), this.loadDevices(api)]);
  }

  private async loadEpochs(api: OracleApi): Promise<void> {
    const show = (rows: EpochRow[]) => {
      this.snapshot.epochs = rows;
      this.changed();
    };
    await this.attempt(t('failed.epochs'), () => loadEpochs(api, EPOCHS, show));
  }

  private async loadDevices(api: OracleApi): Promise<void> {
    const { devices } = this.snapshot;
    let error = '';
    let failures = 0;
    const failed = (message: string) => {
      error = message;
      failures++;
    };
    await inParallel([...devices], async ({ index, info: before }) => {
      const asked = failures < MOST_FAILURES;
      const info = asked
        ? await this.attempt(t('failed.device', { index }), () => api.device(index), failed)
        : undefined;
      devices[index] = info ? { index, info } : { index, error, ...(before ? { info: before } : {}) };
      this.changed();
    });
    await this.loadOwners(api);
  }

  private async loadOwners(api: OracleApi): Promise<void> {
    const { snapshot } = this;
    const addresses = [...new Set(snapshot.devices.flatMap(({ info }) => info?.owner ?? []))];
    const known = new Map(snapshot.owners.map((owner) => [owner.owner, owner]));
    let failures = 0;
    await inParallel(addresses, async (address) => {
      if (failures >= MOST_FAILURES) return;
      const owner = await this.attempt(
        t('failed.owner', { address }),
        () => api.owner(address),
        () => failures++,
      );
      if (owner) known.set(address, owner);
      snapshot.owners = addresses.flatMap((one) => known.get(one) ?? []);
      this.changed();
    });
  }

  private async attempt<T>(
    what: string,
    read: () => Promise<T>,
    failed: (message: string) => void = () => undefined,
  ): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.problems.push(`${what}: ${messageOf(error)}`);
      failed(messageOf(error));
      return undefined;
    }
  }
}

async function readStatus(url: string): Promise<OracleStatus> {
  const api = oracleApi(url);
  // Health is more than this page needs, so an oracle that doesn't tell it is shown all the same.
  const [network, health] = await Promise.allSettled([api.network(), api.health()]);
  if (network.status === 'rejected') return { url, error: messageOf(network.reason) };
  return { url, network: network.value, ...(health.status === 'fulfilled' ? { health: health.value } : {}) };
}

/** Resolves with the first promise of a list that doesn't fail, in the list's order. */
async function firstDone(promises: readonly Promise<void>[]): Promise<void> {
  for (const promise of promises)
    if (
      await promise.then(
        () => true,
        () => false,
      )
    )
      return;
}

const after = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function inParallel<In>(items: readonly In[], work: (item: In) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}
