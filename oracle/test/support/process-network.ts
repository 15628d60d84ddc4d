import { codeOf } from '@commonwire/sdk/core';
import type { SignedReport } from '@commonwire/sdk/device';
import { setCommittee } from '@commonwire/sdk/network';
import type { NetworkInfo } from '@commonwire/sdk/oracle';
import { Keypair } from '@solana/web3.js';
import { networkChain, POLICY, TestNetwork } from '../../../tests/support/network';
import { type Manifest, RULES_VERSION } from '../../src/domain';
import { NOON } from '../domain/support';
import { OracleProcess } from './processes';
import { quarterReport, type ReportSource } from './quarter-report';

const POLL_MS = 100;

/** A network on an embedded chain whose oracles are separate processes, two of which must sign. */
export class ProcessNetwork {
  private constructor(
    readonly network: TestNetwork,
    readonly owners: readonly Keypair[],
    private readonly devices: readonly Keypair[],
    readonly oracles: readonly OracleProcess[],
  ) {}

  /**
   * Creates the network with a committee of three, and their processes, without starting them. Four devices of two
   * owners are registered.
   * @param spare how many more oracles there are, with keys of their own, that aren't in the committee
   * @param speed of device time, which starts at solar noon: at 900, an hour passes in four seconds
   * @param origin device time at the start, unix seconds, if it isn't noon
   * @param registered how many devices there are, all but two of the second owner
   * @param policy what differs in the oracles' policy
   * @param epochSeconds how long an epoch lasts
   */
  static async create({
    spare = 0,
    speed = 900,
    origin = NOON,
    registered = 4,
    policy = {},
    epochSeconds = POLICY.epochSeconds,
  } = {}): Promise<ProcessNetwork> {
    const chain = await networkChain();
    const network = await TestNetwork.create(chain, { oracles: 3, threshold: 2, policy: { epochSeconds } });
    const owners = [Keypair.generate(), Keypair.generate()];
    const devices = await network.register(
      Array.from({ length: registered }, (_, index) => owners[index < 2 ? 0 : 1]!),
    );
    const clock = { origin: origin * 1000, start: Date.now(), speed };
    const shared = {
      COMMONWIRE_RPC_URL: chain.connection.rpcEndpoint,
      COMMONWIRE_NETWORK: network.address.toBase58(),
      COMMONWIRE_DEVELOPMENT: '1',
      COMMONWIRE_POLICY: JSON.stringify({
        rules_version: RULES_VERSION,
        epoch_budget: '1000000',
        device_epoch_cap: '1000000',
        clock,
        ...policy,
      }),
      COMMONWIRE_HEAD_SECONDS: '3',
      COMMONWIRE_ATTEMPT_SECONDS: '12',
      COMMONWIRE_TURN_SECONDS: '3',
      COMMONWIRE_TICK_SECONDS: '0.2',
    };
    const keys = [...network.oracles, ...Array.from({ length: spare }, () => Keypair.generate())];
    const oracles = await OracleProcess.prepare(keys, shared, chain.payer);
    return new ProcessNetwork(network, owners, devices, oracles);
  }

  /** Makes these oracles the committee, of whom more than half must sign. */
  async setCommittee(positions: readonly number[]): Promise<void> {
    const { address, authority } = this.network;
    const keys = positions.map((i) => this.oracles[i]!.key.publicKey.toBytes());
    const threshold = Math.floor(keys.length / 2) + 1;
    const instruction = setCommittee({ network: address, authority: authority.publicKey, threshold, keys });
    await this.network.send(instruction, [authority]);
  }

  /** Waits until something is found. @throws Error with the last failures of the oracles after a long time */
  async until<T>(what: string, find: () => Promise<T | undefined> | T | undefined): Promise<T> {
    for (const end = Date.now() + 120_000; Date.now() < end; ) {
      const found = await find();
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const failures = this.oracles.flatMap((oracle) => oracle.events('failed').slice(-3));
    throw new Error(`timed out waiting for: ${what}; ${JSON.stringify(failures)}`);
  }

  /** Waits until an oracle takes in reports, of every device. */
  async ready(oracle: OracleProcess): Promise<void> {
    await this.until('ready', async () => {
      const health = await oracle.client.health().catch(() => undefined);
      if (health?.status !== 'ok' && health?.status !== 'degraded') return undefined;
      return (await oracle.client.network()).device_count >= this.devices.length || undefined;
    });
  }

  async promoted(epoch: number): Promise<void> {
    await this.until(
      `epoch ${epoch} promoted`,
      async () => (await this.network.account()).current.epoch >= BigInt(epoch) || undefined,
    );
  }

  /** The epoch that is current on chain. */
  async current(): Promise<number> {
    return Number((await this.network.account()).current.epoch);
  }

  /** A report for the quarter of an hour that has just ended in device time. */
  report(index: number, info: NetworkInfo): SignedReport {
    return quarterReport(this.source(index), info);
  }

  /** What a device signs with, and for whom. */
  source(index: number): ReportSource {
    const [device, owner] = [this.devices[index]!, this.owners[index < 2 ? 0 : 1]!.publicKey];
    return { network: this.network.address, index, owner, device };
  }

  /**
   * Asks each oracle in turn for a part. One that came late knows a manifest before it has stored its parts; those that
   * signed have them all.
   */
  async part(epoch: number, sha256: string): Promise<Uint8Array> {
    const absent: unknown[] = [];
    for (const { client } of this.oracles)
      try {
        return await client.part(epoch, sha256);
      } catch (error) {
        if (codeOf(error, 'internal') !== 'not-found') throw error;
        absent.push(error);
      }
    throw absent[0];
  }

  /** The accepted reports of the promoted datasets that an oracle serves. */
  async counted({ client }: OracleProcess): Promise<Set<string>> {
    const found = new Set<string>();
    const { epochs } = await client.epochs({ limit: 100 });
    for (const { epoch, state } of epochs) {
      const manifest = state === 'promoted' ? (await client.epoch(epoch)).manifest : null;
      for (const { sha256 } of (manifest as Manifest | null)?.parts.reports ?? []) {
        const text = Buffer.from(await this.part(epoch, sha256)).toString('utf8');
        for (const line of text.split('\n').filter((one) => one.includes('"verdict":"accepted"')))
          found.add((JSON.parse(line) as SignedReport).report);
      }
    }
    return found;
  }
}
