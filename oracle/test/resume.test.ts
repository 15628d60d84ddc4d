import { codeOf, signEd25519 } from '@commonwire/sdk/core';
import { encodeReport, type SignedReport } from '@commonwire/sdk/device';
import type { NetworkInfo } from '@commonwire/sdk/oracle';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { cellToLatLng } from 'h3-js';
import { networkChain, newDevice, TestNetwork } from '../../tests/support/network';
import { type Manifest, RULES_VERSION } from '../src/domain';
import { NOON } from './domain/support';
import { OracleProcess } from './support/processes';

/** Device time starts at solar noon and passes one hour in four seconds. */
const SPEED = 900;
const POLL_MS = 100;

describe('oracle processes on a chain', () => {
  let network: TestNetwork;
  let owners: Keypair[];
  let devices: Keypair[];
  let oracles: OracleProcess[];

  before(async function () {
    this.timeout(60_000);
    const chain = await networkChain();
    network = await TestNetwork.create(chain, { oracles: 3, threshold: 2 });
    owners = [Keypair.generate(), Keypair.generate()];
    devices = await network.register([owners[0]!, owners[0]!, owners[1]!, owners[1]!]);
    const clock = { origin: NOON * 1000, start: Date.now(), speed: SPEED };
    const shared = {
      COMMONWIRE_RPC_URL: chain.connection.rpcEndpoint,
      COMMONWIRE_NETWORK: network.address.toBase58(),
      COMMONWIRE_DEVELOPMENT: '1',
      COMMONWIRE_POLICY: JSON.stringify({
        rules_version: RULES_VERSION,
        epoch_budget: '1000000',
        device_epoch_cap: '1000000',
        clock,
      }),
      COMMONWIRE_HEAD_SECONDS: '3',
      COMMONWIRE_ATTEMPT_SECONDS: '12',
      COMMONWIRE_TURN_SECONDS: '3',
      COMMONWIRE_TICK_SECONDS: '0.2',
    };
    oracles = await OracleProcess.prepare(network.oracles, shared, chain.payer);
    await Promise.all(oracles.map((oracle) => oracle.start()));
  });

  after(async () => {
    await Promise.all(oracles.map((oracle) => oracle.end('SIGKILL')));
  });

  const until = async <T>(what: string, find: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    for (const end = Date.now() + 90_000; Date.now() < end; ) {
      const found = await find();
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const failures = oracles.flatMap((oracle) => oracle.events('failed').slice(-3));
    throw new Error(`timed out waiting for: ${what}; ${JSON.stringify(failures)}`);
  };
  const ready = (oracle: OracleProcess) =>
    until('ready', async () => (await oracle.client.health()).status === 'ok' || undefined);
  const promoted = (epoch: bigint) =>
    until(
      `epoch ${epoch} promoted`,
      async () => (await network.account()).current.epoch >= epoch || undefined,
    );

  /** A report for the quarter of an hour that has just ended in device time. */
  function report(index: number, { clock }: NetworkInfo): SignedReport {
    const now = clock.origin + (Date.now() - clock.start) * clock.speed;
    const start = Math.floor(now / 900_000) * 900 - 900;
    const [latitude, longitude] = cellToLatLng(newDevice(devices[index]!).h3Cell.toString(16));
    const bytes = encodeReport({
      network: network.address.toBytes(),
      index,
      owner: owners[index < 2 ? 0 : 1]!.publicKey.toBytes(),
      sequence: BigInt(start / 60),
      start,
      seconds: 900,
      kind: 1,
      value: 600n,
      latitude: Math.round(latitude * 1e7),
      longitude: Math.round(longitude * 1e7),
      extra: new Uint8Array(0),
    });
    const signature = signEd25519(bytes, devices[index]!.secretKey.subarray(0, 32));
    return {
      report: Buffer.from(bytes).toString('base64'),
      signature: Buffer.from(signature).toString('base64'),
    };
  }

  /**
   * Asks each oracle in turn for a part. One that came late knows a manifest before it has stored its parts; those that
   * signed have them all.
   */
  async function part(epoch: number, sha256: string): Promise<Uint8Array> {
    const absent: unknown[] = [];
    for (const { client } of oracles)
      try {
        return await client.part(epoch, sha256);
      } catch (error) {
        if (codeOf(error, 'internal') !== 'not-found') throw error;
        absent.push(error);
      }
    throw absent[0];
  }

  /** The accepted reports of the promoted datasets. */
  async function counted({ client }: OracleProcess): Promise<Set<string>> {
    const found = new Set<string>();
    const { epochs } = await client.epochs({ limit: 100 });
    for (const { epoch, state } of epochs) {
      const manifest = state === 'promoted' ? (await client.epoch(epoch)).manifest : null;
      for (const { sha256 } of (manifest as Manifest | null)?.parts.reports ?? []) {
        const text = Buffer.from(await part(epoch, sha256)).toString('utf8');
        for (const line of text.split('\n').filter((one) => one.includes('"verdict":"accepted"')))
          found.add((JSON.parse(line) as SignedReport).report);
      }
    }
    return found;
  }

  it('pays owners on chain what their devices earned, although every oracle is killed', async function () {
    this.timeout(240_000);
    for (const oracle of oracles) await ready(oracle);
    const info = await oracles[0]!.client.network();
    const sent: SignedReport[] = [];
    for (const [index] of devices.entries()) {
      const signed = report(index, info);
      const { results } = await oracles[index % 3]!.client.submit([signed]);
      expect(results, JSON.stringify(results)).to.deep.equal([{ status: 'accepted' }]);
      sent.push(signed);
    }
    // Each is killed right after it has acknowledged, and again at an arbitrary point of the epoch.
    for (const oracle of oracles) {
      await oracle.end('SIGKILL');
      await oracle.start();
    }
    await until(
      'one of them signed',
      () => oracles.some((oracle) => oracle.events('signed').length > 0) || undefined,
    );
    for (const oracle of oracles) {
      await oracle.end('SIGKILL');
      await oracle.start();
    }
    await promoted(1n);
    const { current } = await network.account();
    for (const oracle of oracles) {
      const { signatures } = await oracle.client.signatures(Number(current.epoch));
      expect(new Set(signatures.map(({ attempt }) => attempt)).size).to.equal(signatures.length);
    }
    // A log that a killed oracle published late counts in the next epoch, so not everything is earned before that.
    await until('every report counted', async () => {
      const lines = await counted(oracles[0]!);
      return sent.every(({ report }) => lines.has(report)) || undefined;
    });
    await until('all that was sent is paid', async () => {
      const account = await network.account();
      const lost = account.current.earnedTotal === 0n || account.totalPaid !== account.current.earnedTotal;
      return lost ? undefined : true;
    });
    const account = await network.account();
    const [a, b] = await Promise.all(owners.map((owner) => network.balance(owner.publicKey)));
    expect(a! + b!).to.equal(account.totalPaid);
    expect(account.totalPaid > 0n).to.equal(true);
    const again = await oracles[0]!.client.submit(sent.slice(0, 1));
    expect(['duplicate', 'accepted']).to.include(again.results[0]!.status);
  });

  it('stops cleanly when told to', async () => {
    const codes = await Promise.all(oracles.map((oracle) => oracle.end('SIGTERM')));
    expect(codes).to.deep.equal([0, 0, 0]);
  }).timeout(20_000);
});
