import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type domain, OracleEmitter, openOracle, startServer } from '@commonwire/oracle';
import { OracleClient } from '@commonwire/sdk/oracle';
import type { Keypair } from '@solana/web3.js';
import type { NetworkTime } from './network-time';

type Policy = ReturnType<typeof domain.parsePolicy>;

/** Delay between two rounds of an oracle's tasks, milliseconds. */
const TICK_MS = 200;

/** A running oracle of the demo. */
export interface Member {
  name: string;
  url: string;
  client: OracleClient;
  events: OracleEmitter;
  /** Stops the oracle. May be called repeatedly. */
  stop(): Promise<void>;
}

export interface CommitteeOptions {
  rpcUrl: string;
  network: string;
  policy: Policy;
  oracles: readonly Keypair[];
  /** Folder for keys, stores and datasets, with a subfolder for each oracle. */
  folder: string;
  /** The port of each oracle. */
  ports: readonly number[];
  time: NetworkTime;
}

/** The address of an oracle's HTTP API. */
export const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

/** Starts the oracles, each with its own key, store and log. They only know each other's addresses. */
export async function openCommittee(
  options: CommitteeOptions,
  onOpen: (name: string, events: OracleEmitter) => void,
): Promise<Member[]> {
  const { ports, time } = options;
  const urls = ports.map(urlOf);
  return Promise.all(
    options.oracles.map(async (oracle, i): Promise<Member> => {
      const name = `oracle ${'ABCDEFGHI'[i]}`;
      const data = join(options.folder, `oracle-${i}`);
      const key = join(options.folder, `oracle-${i}-keypair.json`);
      await writeFile(key, JSON.stringify([...oracle.secretKey]), { mode: 0o600 });
      const events = new OracleEmitter();
      onOpen(name, events);
      const opened = await openOracle(
        {
          rpcUrl: options.rpcUrl,
          network: options.network,
          policy: options.policy,
          commitment: 'finalized',
          peers: urls.filter((_, peer) => peer !== i),
          key: { file: key },
          payer: { file: key },
          data,
          dynamoEndpoint: undefined,
          table: 'commonwire-oracle',
          bucket: undefined,
          patience: {
            headsMs: time.epochSeconds * 500,
            attemptMs: time.epochSeconds * 2000,
            turnMs: time.epochSeconds * 250,
          },
          tickMs: TICK_MS,
          host: '127.0.0.1',
          port: ports[i]!,
          logLevel: 'info',
        },
        events,
        { now: time.now, pace: time.pace },
      );
      const server = await startServer(opened.oracle, { port: ports[i]!, tickMs: TICK_MS });
      let stopped: Promise<void> | undefined;
      const stop = () => {
        stopped ??= server.stop().then(() => opened.close());
        return stopped;
      };
      return { name, url: server.url, client: new OracleClient(server.url), events, stop };
    }),
  );
}

/** Resolves once the oracle has read the whole registry. Before that it would refuse devices as unknown. */
export async function knowsAll({ client, events }: Member, devices: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = () =>
      void client.network().then(
        (info) => {
          if (info.device_count < devices) return;
          events.off('registered', check);
          resolve();
        },
        () => undefined,
      );
    events.on('registered', check);
    check();
  });
}
