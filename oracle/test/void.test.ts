import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@commonwire/localnet';
import { signEd25519, toHex } from '@commonwire/sdk/core';
import { encodeReport } from '@commonwire/sdk/device';
import { type LedgerEntry, postEpoch } from '@commonwire/sdk/network';
import { OracleClient } from '@commonwire/sdk/oracle';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { cellToLatLng } from 'h3-js';
import { seedOf } from '../../tests/support/chain';
import { govern, networkChain, newDevice, POLICY, TestNetwork, veto } from '../../tests/support/network';
import { type OracleServer, startServer } from '../src/api/server';
import { RULES_VERSION } from '../src/domain';
import { rewardLine } from '../src/domain/lines';
import { readConfig } from '../src/runtime/config';
import { OracleEmitter, type OracleEvents } from '../src/runtime/events';
import { type OpenOracle, openOracle } from '../src/runtime/open';
import { NOON } from './domain/support';

/** Device time starts at solar noon and passes one hour in four seconds. */
const SPEED = 900;
/** Rounds of all oracles' tasks, enough for anything to happen that can. */
const ROUNDS = 40;

interface Member extends OpenOracle {
  readonly server: OracleServer;
  readonly client: OracleClient;
  readonly challenged: OracleEvents['challenged'][0][];
  readonly failed: string[];
}

describe('a network whose posted epochs become void', function () {
  this.timeout(120_000);
  let folder: string;
  let network: TestNetwork;
  let devices: Keypair[];
  let owner: Keypair;
  const members: Member[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-void-'));
    const chain = await networkChain();
    network = await TestNetwork.create(chain, {
      oracles: 3,
      threshold: 2,
      policy: { challengeSeconds: 3600, answerSeconds: 3600, epochSeconds: 60 },
    });
    owner = Keypair.generate();
    devices = await network.register([owner, owner, owner]);
    const clock = { origin: NOON * 1000, start: Date.now(), speed: SPEED };
    const policy = JSON.stringify({
      rules_version: RULES_VERSION,
      epoch_budget: '1000000',
      device_epoch_cap: '1000000',
      clock,
    });
    const file = async (name: string, { secretKey }: Keypair) => {
      await writeFile(join(folder, name), JSON.stringify([...secretKey]), { mode: 0o600 });
      return join(folder, name);
    };
    const payer = await file('payer', chain.payer);
    const ports = [await freePort(), await freePort(), await freePort()];
    for (const [i, port] of ports.entries()) {
      const config = await readConfig({
        COMMONWIRE_RPC_URL: chain.connection.rpcEndpoint,
        COMMONWIRE_NETWORK: network.address.toBase58(),
        COMMONWIRE_POLICY: policy,
        COMMONWIRE_DEVELOPMENT: '1',
        COMMONWIRE_COMMITMENT: 'confirmed',
        COMMONWIRE_ORACLE_KEY: await file(`oracle-${i}`, network.oracles[i]!),
        COMMONWIRE_PAYER_KEY: payer,
        COMMONWIRE_DATA: join(folder, `${i}`),
        COMMONWIRE_PEERS: ports
          .filter((other) => other !== port)
          .map((other) => `http://127.0.0.1:${other}`)
          .join(),
        COMMONWIRE_TURN_SECONDS: '1',
      });
      const events = new OracleEmitter();
      const challenged: Member['challenged'] = [];
      const failed: string[] = [];
      events.on('challenged', (event) => challenged.push(event));
      events.on('failed', ({ task, message }) => failed.push(`${task}: ${message}`));
      const opened = await openOracle(config, events);
      const server = await startServer(opened.oracle, { port });
      members.push({ ...opened, server, client: new OracleClient(server.url), challenged, failed });
    }
  });
  after(async () => {
    for (const { server } of members) await server.stop();
    for (const { close } of members) await close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs every oracle's tasks until the network reaches a state. */
  async function until(what: string, reached: () => Promise<boolean>): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      if (await reached()) return;
      for (const { server } of members) await server.tick();
    }
    const failures = members.map(({ failed }) => failed.slice(-2));
    throw new Error(`not reached: ${what}; ${JSON.stringify(failures)}`);
  }
  const posted = (epoch: bigint, attempt: number) =>
    until(`epoch ${epoch} posted by attempt ${attempt}`, async () => {
      const { pending } = await network.account();
      return pending?.epoch === epoch && pending.attempt === attempt;
    });

  /** Each device sends a report to a different oracle; then the epoch is cut. */
  async function collect(): Promise<void> {
    const { clock } = await members[0]!.client.network();
    const now = clock.origin + (Date.now() - clock.start) * clock.speed;
    const start = Math.floor(now / 900_000) * 900 - 900;
    for (const [index, device] of devices.entries()) {
      const [latitude, longitude] = cellToLatLng(newDevice(device).h3Cell.toString(16));
      const bytes = encodeReport({
        network: network.address.toBytes(),
        index,
        owner: owner.publicKey.toBytes(),
        sequence: BigInt(start / 60),
        start,
        seconds: 900,
        kind: 1,
        value: 600n,
        latitude: Math.round(latitude * 1e7),
        longitude: Math.round(longitude * 1e7),
        extra: new Uint8Array(0),
      });
      const report = Buffer.from(bytes).toString('base64');
      const signature = Buffer.from(signEd25519(bytes, seedOf(device))).toString('base64');
      const { results } = await members[index]!.client.submit([{ report, signature }]);
      expect(results).to.deep.equal([{ status: 'accepted' }]);
    }
    const { lastCutEpoch } = await network.account();
    await network.chain.passSeconds(60);
    await until('cut', async () => (await network.account()).lastCutEpoch > lastCutEpoch);
  }

  /** Signs a different ledger with two of the three oracles' keys and publishes its dataset. */
  async function usurp(entries: readonly LedgerEntry[]): Promise<void> {
    const none = { score: 0n, reward: 0n, repaid: 0n, debt: 0n };
    const lines = entries.map((entry, index) => `${rewardLine({ ...entry, ...none, index })}\n`);
    const { blobs } = members[1]!.oracle;
    const sha256 = await blobs.put(Buffer.from(lines.join('')));
    const datasetHash = Buffer.from(
      await blobs.put(Buffer.from(JSON.stringify({ parts: { rewards: [{ sha256 }] } }))),
      'hex',
    );
    const message = await network.message(entries, { datasetHash });
    await network.send(postEpoch(network.address, network.sign(message)));
  }

  it('continues and pays after a veto, after a challenge, and after a change of policy in between', async () => {
    await until('ready', async () => {
      const states = await Promise.all(members.map(({ client }) => client.health()));
      return states.every(({ status }) => status === 'ok');
    });
    await collect();
    // Lower than what the devices earn: an epoch is checked against the cap at its cut.
    await govern(network, {
      challengeSeconds: 3600,
      answerSeconds: 3600,
      epochSeconds: 60,
      deviceEpochCap: 10n,
    });
    await posted(1n, 0);
    const honest = (await network.account()).pending!.ledgerRoot;

    await veto(network);
    await posted(1n, 1);
    expect((await network.account()).pending!.ledgerRoot).to.deep.equal(honest);

    await veto(network);
    const greedy = { owner: owner.publicKey.toBytes(), earned: POLICY.deviceEpochCap + 1n };
    await usurp([greedy, ...[0n, 0n].map((earned) => ({ ...greedy, earned }))]);
    await members[0]!.server.tick();
    expect(members[0]!.challenged).to.deep.equal([
      { epoch: 1, attempt: 2, device: 0, grounds: ['above-device-cap'], outcome: 'void' },
    ]);

    await posted(1n, 3);
    const { pending } = await network.account();
    // Who signed the wrong epoch has lost the seat, so its log counts no more: the others' ledger is posted.
    const { manifest } = await members[2]!.client.epoch(1);
    expect(manifest).to.deep.include({ ledger_root: toHex(pending!.ledgerRoot) });
    expect(manifest!.limits).to.include({ device: `${POLICY.deviceEpochCap}` });
    await network.chain.passSeconds(3600);
    await until('paid', async () => {
      const { current, totalPaid } = await network.account();
      return current.epoch === 1n && current.earnedTotal > 10n && totalPaid === current.earnedTotal;
    });
    expect(await network.balance(owner.publicKey)).to.equal((await network.account()).totalPaid);
    expect(members.flatMap(({ challenged }) => challenged)).to.have.length(1);
  });
});
