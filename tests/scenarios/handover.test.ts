import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '@commonwire/localnet';
import { domain } from '@commonwire/oracle';
import { signEd25519, toHex } from '@commonwire/sdk/core';
import { encodeReport } from '@commonwire/sdk/device';
import { OracleClient } from '@commonwire/sdk/oracle';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { retire } from '../../app/cli/src/commands/retire';
import { transfer } from '../../app/cli/src/commands/transfer';
import { verify } from '../../app/cli/src/commands/verify';
import { type OracleServer, startServer } from '../../oracle/src/api/server';
import { cellCentre } from '../../oracle/src/domain/place';
import { readConfig } from '../../oracle/src/runtime/config';
import { OracleEmitter } from '../../oracle/src/runtime/events';
import { type OpenOracle, openOracle } from '../../oracle/src/runtime/open';
import { fund, seedOf } from '../support/chain';
import { networkChain, newDevice, TestNetwork } from '../support/network';

/** Solar noon near the devices, on a day in June; a whole quarter. */
const NOON = Date.parse('2026-06-21T19:00:00Z') / 1000;
const QUARTER = 900;
/** Rounds of the oracle's tasks in which an epoch goes all its way. */
const ROUNDS = 20;
/** How long an oracle may take to show what is on chain, with time to spare. */
const SHOWN_MS = 15_000;

describe('a device that changes hands, from the wallet to the ledger', function () {
  this.timeout(120_000);
  let folder: string;
  let network: TestNetwork;
  let devices: Keypair[];
  let [seller, buyer]: Keypair[] = [];
  let oracle: OpenOracle;
  let server: OracleServer;
  let client: OracleClient;
  const failed: string[] = [];

  const file = async (name: string, { secretKey }: Keypair) => {
    await writeFile(join(folder, name), JSON.stringify([...secretKey]), { mode: 0o600 });
    return join(folder, name);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-handover-'));
    const chain = await networkChain();
    network = await TestNetwork.create(chain, { oracles: 1, threshold: 1, policy: { epochSeconds: 60 } });
    [seller, buyer] = [await fund(chain.connection, 1), await fund(chain.connection, 1)];
    devices = await network.register([seller, seller]);
    // An oracle makes no account for what is worth less than its rent, or for a device that was paid before.
    await network.openAccounts([seller.publicKey, buyer.publicKey]);
    const clock = { origin: NOON * 1000, start: Date.now(), speed: 1 };
    const config = await readConfig({
      COMMONWIRE_RPC_URL: chain.connection.rpcEndpoint,
      COMMONWIRE_NETWORK: network.address.toBase58(),
      COMMONWIRE_POLICY: JSON.stringify({
        rules_version: domain.RULES_VERSION,
        epoch_budget: '1000',
        device_epoch_cap: '1000',
        units_for_cap: { energy: 600 },
        clock,
      }),
      COMMONWIRE_DEVELOPMENT: '1',
      COMMONWIRE_COMMITMENT: 'confirmed',
      COMMONWIRE_ORACLE_KEY: await file('oracle', network.oracles[0]!),
      COMMONWIRE_PAYER_KEY: await file('payer', chain.payer),
      COMMONWIRE_DATA: join(folder, 'data'),
    });
    const events = new OracleEmitter();
    events.on('failed', ({ task, message }) => failed.push(`${task}: ${message}`));
    oracle = await openOracle(config, events);
    server = await startServer(oracle.oracle, { port: await freePort() });
    client = new OracleClient(server.url);
    await server.tick();
  });
  after(async () => {
    await server.stop();
    await oracle.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A quarter's report of a device, later in the morning with every epoch. */
  function report(index: number, key: Keypair, owner: PublicKey, epoch: bigint) {
    const { latitude, longitude } = cellCentre(newDevice(key).h3Cell)!;
    const start = NOON - (12 - Number(epoch)) * QUARTER;
    const bytes = encodeReport({
      network: network.address.toBytes(),
      index,
      owner: owner.toBytes(),
      sequence: BigInt(start / 60),
      start,
      seconds: QUARTER,
      kind: 1,
      value: 600n,
      latitude: Math.round(latitude * 1e7),
      longitude: Math.round(longitude * 1e7),
      extra: new Uint8Array(0),
    });
    const text = (of: Uint8Array) => Buffer.from(of).toString('base64');
    return { report: text(bytes), signature: text(signEd25519(bytes, seedOf(key))) };
  }

  /** Device 0 reports for this owner; then the epoch is cut, posted, promoted and paid. @returns what it was answered */
  async function epoch(owner: PublicKey, index = 0, key = devices[0]!): Promise<string> {
    const number = (await network.account()).current.epoch + 1n;
    const { results } = await client.submit([report(index, key, owner, number)]);
    await network.chain.passSeconds(60);
    for (let round = 0; round < ROUNDS; round++) {
      await server.tick();
      await network.chain.passSeconds(3);
      const { current, totalPaid } = await network.account();
      if (current.epoch === number && totalPaid === current.earnedTotal) {
        await shown(number);
        return results[0]!.code ?? results[0]!.status;
      }
    }
    throw new Error(`epoch ${number} was not paid; ${failed.slice(-3).join('; ')}`);
  }

  /** Returns once the oracle shows this epoch's ledger: for seconds it answers from what it read of the chain before. */
  async function shown(epoch: bigint): Promise<void> {
    for (const end = Date.now() + SHOWN_MS; Date.now() < end; await setTimeout(50)) {
      if (BigInt((await client.settlement(0)).epoch) === epoch) return;
    }
    throw new Error(`epoch ${epoch} is not shown after ${SHOWN_MS} ms`);
  }

  async function command({ run }: typeof transfer, signer: Keypair | null, ...more: string[]) {
    const lines: string[] = [];
    const where = ['--url', network.chain.connection.rpcEndpoint, '--network', network.address.toBase58()];
    const key = signer ? ['--keypair', await file('wallet', signer)] : [];
    const argv = [...where, '--oracle', server.url, ...key, ...more, '--json'];
    const status = await run(argv, (line) => lines.push(line));
    return { status, ...JSON.parse(lines.join('')) };
  }
  const ownerOf = async (index: number) => (await client.settlement(index)).owners[0];

  it('earns for its new owner from the epoch that the command named, and nothing once retired', async () => {
    const [from, to] = [seller!.publicKey, buyer!.publicKey];
    expect(await epoch(from)).to.equal('accepted');
    const sold = await command(transfer, seller!, '--device', '0', '--to', to.toBase58());
    expect(sold).to.include({ effective_epoch: 3, settled: '0', new_owner: to.toBase58() });
    await server.tick();
    expect((await client.device(0)).outstanding).to.include({ owner: to.toBase58(), effective_epoch: 3 });

    expect(await epoch(from)).to.equal('accepted');
    expect(await ownerOf(0)).to.equal(from.toBase58());
    expect(await network.balance(from)).to.equal(2000n);
    expect(await epoch(from), 'the old name in the epoch of the change').to.equal('accepted');
    expect(await ownerOf(0)).to.equal(to.toBase58());
    expect(await network.balance(to)).to.equal(1000n);
    expect(await epoch(from)).to.equal('former-owner');
    expect(await epoch(to)).to.equal('accepted');
    expect([await network.balance(from), await network.balance(to)]).to.deep.equal([2000n, 2000n]);

    const again = await network.send(network.registration(buyer!, [newDevice(devices[0]!)]), [buyer!]);
    expect(again).to.have.length.above(60);
    const ended = await command(retire, buyer!, '--device', '0');
    expect(ended).to.include({ effective_epoch: 7, retired: true });
    await server.tick();
    expect(await epoch(to)).to.equal('accepted');
    expect(await epoch(to)).to.equal('device-retired');
    expect(await epoch(to, 2), 'the key under its new index').to.equal('accepted');
    const { earned } = await client.device(2);
    expect([(await client.device(0)).earned, earned]).to.deep.equal(['5000', '1000']);
    // Sending may meet itself where ticks follow each other at once; deciding may not fail.
    expect(failed.filter((failure) => /^(sync|close|attest):/.test(failure))).to.deep.equal([]);
  });

  it('leaves datasets that anybody can verify and repeat', async () => {
    const proven = await command(verify, null, '--device', '0');
    expect(proven).to.include({ status: 0, verified: true, owner: buyer!.publicKey.toBase58() });
    expect(proven.checks[1].detail).to.include('3 registered devices and 2 later changes of them');
    let previous = domain.genesis;
    const { current } = await network.account();
    for (let number = 1; number <= Number(current.epoch); number++) {
      const hash = (await client.epoch(number)).dataset_hash!;
      const manifestBytes = await client.part(number, hash);
      const parts = new Map<string, Uint8Array>();
      for (const { sha256 } of Object.values(domain.parseManifest(manifestBytes).parts).flat())
        parts.set(sha256, await client.part(number, sha256));
      const part = (sha256: string) => parts.get(sha256)!;
      const again = domain.verifyDataset({ manifestBytes, part, previous });
      expect(again.datasetHash).to.equal(hash);
      if (BigInt(number) === current.epoch)
        expect(toHex(again.ledgerRoot)).to.equal(toHex(current.ledgerRoot));
      previous = domain.previousState(manifestBytes, part);
    }
  });
});
