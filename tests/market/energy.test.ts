import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@commonwire/localnet';
import { equal, signEd25519, toHex } from '@commonwire/sdk/core';
import { balanceOf, encodeRegisters, encodeReport, Kind, type SignedReport } from '@commonwire/sdk/device';
import { closeOffer, fetchArea, INTERVAL_SECONDS, provenUsage, UsageTree } from '@commonwire/sdk/market';
import { NO_LIMIT, registerDevices } from '@commonwire/sdk/network';
import { OracleClient } from '@commonwire/sdk/oracle';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { audit } from '../../app/cli/src/auditing/audit';
import { marketsOn } from '../../app/cli/src/auditing/book';
import { downloadFrom } from '../../app/cli/src/auditing/download-from';
import { verifyHere } from '../../app/cli/src/auditing/verifier';
import { type OracleServer, startServer } from '../../oracle/src/api/server';
import {
  type CloseResult,
  datasetHash,
  genesis,
  leafOf,
  type Manifest,
  parseManifest,
  previousState,
  RULES_VERSION,
  readUsageLine,
  verifyDataset,
} from '../../oracle/src/domain';
import { canonicalBytes } from '../../oracle/src/domain/canonical';
import { linesOf, toParts } from '../../oracle/src/domain/parts';
import { cellCentre } from '../../oracle/src/domain/place';
import { signOnce } from '../../oracle/src/epoch/signing';
import { gatherLogs } from '../../oracle/src/log/copies';
import { readConfig } from '../../oracle/src/runtime/config';
import { OracleEmitter } from '../../oracle/src/runtime/events';
import { type OpenOracle, openOracle } from '../../oracle/src/runtime/open';
import { leaderOf } from '../../oracle/src/runtime/oracle';
import { closable, messageOf, readMarkets } from '../../oracle/src/tasks/close';
import { sync } from '../../oracle/src/tasks/sync';
import { NOON } from '../../oracle/test/domain/support';
import { closeWith, loadLogs, storeDataset } from '../../oracle/test/support/closing';
import { seedOf } from '../support/chain';
import { marketChain, TestMarket } from '../support/market';
import { newDevice } from '../support/network';

const HOUR = 3600;
const QUARTER = Number(INTERVAL_SECONDS);
const EPOCH_SECONDS = 2 * HOUR;
const ATTEMPT_SECONDS = 60;

type Member = OpenOracle & {
  readonly server: OracleServer;
  readonly client: OracleClient;
  readonly declined: { code: string; message: string }[];
  readonly failed: string[];
};

describe('the energy market, from a meter to the tokens', function () {
  this.timeout(300_000);
  let market: TestMarket;
  let folder: string;
  const members: Member[] = [];
  let [seller, buyer, idle]: Keypair[] = [];
  let devices: Keypair[];
  let owners: Keypair[];
  /** Chain time at which device time is noon. */
  let beginning: number;
  /** How far the chain's clock is ahead of the machine's, milliseconds. */
  let ahead = 0;

  const chainNow = async () => Number(await market.now());
  const pass = async (seconds: number) => {
    await market.chain.passSeconds(seconds);
    ahead = (await chainNow()) * 1000 - Date.now();
  };
  const deviceTimeOf = (time: number) => NOON + time - beginning;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-market-'));
    const chain = await marketChain();
    const maxCapacity = [0, 10_000, 0, 0, 0, 20_000, 0, 0];
    market = await TestMarket.create(chain, {
      network: { oracles: 2, threshold: 2, policy: { epochSeconds: EPOCH_SECONDS, maxCapacity } },
    });
    [seller, buyer, idle] = [await market.wallet(0n), await market.wallet(), await market.wallet()];
    // The seller's meter and panels, and the buyers' meters.
    owners = [seller!, seller!, buyer!, idle!];
    devices = owners.map(() => Keypair.generate());
    for (const [i, owner] of owners.entries())
      await market.send(
        registerDevices({
          network: market.network.address,
          owner: owner.publicKey,
          payer: chain.payer.publicKey,
          kind: i === 1 ? Kind.energy : Kind.meter,
          devices: [newDevice(devices[i]!)],
          maxFee: NO_LIMIT,
        }),
        [owner],
      );
    await market.admit(0, 2, 3);
    beginning = Math.floor((await chainNow()) / QUARTER) * QUARTER;
    await pass(0);
    await start();
  });
  after(async () => {
    for (const { server } of members) await server.stop();
    for (const { close } of members) await close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const { network, chain } = market;
    const file = async (name: string, { secretKey }: Keypair) => {
      await writeFile(join(folder, name), JSON.stringify([...secretKey]), { mode: 0o600 });
      return join(folder, name);
    };
    const policy = JSON.stringify({
      rules_version: RULES_VERSION,
      epoch_budget: '1000000',
      device_epoch_cap: '1000000',
      clock: { origin: NOON * 1000, start: beginning * 1000, speed: 1 },
      markets: [market.address.toBase58()],
    });
    const payer = await file('payer', chain.payer);
    const ports = [await freePort(), await freePort()];
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
        COMMONWIRE_PEERS: `http://127.0.0.1:${ports[1 - i]}`,
        COMMONWIRE_ATTEMPT_SECONDS: String(ATTEMPT_SECONDS),
        COMMONWIRE_TURN_SECONDS: '1',
      });
      const emitter = new OracleEmitter();
      const [declined, failed]: [Member['declined'], string[]] = [[], []];
      emitter.on('declined', (event) => declined.push(event));
      emitter.on('failed', ({ task, message }) => failed.push(`${task}: ${message}`));
      const opened = await openOracle(config, emitter, { now: () => Date.now() + ahead });
      const server = await startServer(opened.oracle, { port });
      members.push({ ...opened, server, client: new OracleClient(server.url), declined, failed });
    }
  }

  async function until(what: string, reached: () => Promise<boolean> | boolean): Promise<void> {
    for (let round = 0; round < 40; round++) {
      if (await reached()) return;
      for (const { server } of members) await server.tick();
      await pass(1);
    }
    throw new Error(`not reached: ${what}; ${JSON.stringify(members.map(({ failed }) => failed.slice(-3)))}`);
  }
  const cut = (epoch: bigint) =>
    until(`epoch ${epoch} cut`, async () => (await market.network.account()).lastCutEpoch === epoch);
  const promoted = (epoch: bigint) =>
    until(`epoch ${epoch} promoted`, async () => (await market.network.account()).current.epoch === epoch);

  /** A device's report of a quarter of an hour. */
  function reportOf(
    index: number,
    start: number,
    { exported = 0, imported = 0, value = balanceOf({ exported, imported }) },
  ): SignedReport {
    const device = devices[index]!;
    const { latitude, longitude } = cellCentre(newDevice(device).h3Cell)!;
    const kind = index === 1 ? Kind.energy : Kind.meter;
    const bytes = encodeReport({
      network: market.network.address.toBytes(),
      index,
      owner: owners[index]!.publicKey.toBytes(),
      sequence: BigInt(start / 60),
      start,
      seconds: QUARTER,
      kind,
      value,
      latitude: Math.round(latitude * 1e7),
      longitude: Math.round(longitude * 1e7),
      extra: kind === Kind.meter ? encodeRegisters({ exported, imported }) : new Uint8Array(0),
    });
    const base64 = (part: Uint8Array) => Buffer.from(part).toString('base64');
    return { report: base64(bytes), signature: base64(signEd25519(bytes, seedOf(device))) };
  }

  const submit = async (member: number, reports: SignedReport[]) => {
    const { results } = await members[member]!.client.submit(reports);
    expect(results.map(({ status }) => status)).to.deep.equal(reports.map(() => 'accepted'));
  };

  /** The dataset of an epoch as an oracle serves it. */
  async function dataset(epoch: number, hash: string) {
    const { client } = members[1]!;
    const manifestBytes = await client.part(epoch, hash);
    const { parts } = parseManifest(manifestBytes);
    const read = new Map<string, Uint8Array>();
    for (const { sha256 } of Object.values(parts).flat()) read.set(sha256, await client.part(epoch, sha256));
    return { manifestBytes, parts, part: (name: string) => read.get(name)! };
  }

  /** What an audit of an epoch says of its book. */
  async function bookSaid(epoch: number): Promise<string[]> {
    const { connection } = market.chain;
    const { address: network } = market.network;
    const { checks } = await audit({
      network: await market.network.account(),
      epoch,
      download: downloadFrom(members[1]!.client, () => {}),
      markets: marketsOn(connection, network),
      progress: () => {},
      startVerifier: (total) => verifyHere(total, () => {}),
    });
    expect(checks.filter(({ holds }) => !holds)).to.deep.equal([]);
    return checks.filter(({ about }) => about === 'book').map(({ detail }) => detail);
  }

  /** The usage tree of a promoted epoch, from its dataset. */
  const treeOf = ({ parts, part }: Awaited<ReturnType<typeof dataset>>) =>
    new UsageTree(Array.from(linesOf(parts.usage!, part), readUsageLine).map(leafOf));

  /** The same outcome, but for a clearing at another price, and the usage that would follow. */
  function dearer(result: CloseResult): CloseResult {
    const of = (group: 'clearings' | 'usage') => [
      ...linesOf(
        result.manifest.parts[group]!,
        (name) => result.parts.find(({ sha256 }) => sha256 === name)!.bytes,
      ),
    ];
    const clearings = toParts(of('clearings').map((line) => line.replace('"price":"11"', '"price":"30"')));
    const lines = of('usage').map((line) => line.replace('"amount":"13200"', '"amount":"30000"'));
    const usage = toParts(lines);
    const usageRoot = new UsageTree(lines.map((line) => leafOf(readUsageLine(line)))).root;
    const manifest: Manifest = {
      ...result.manifest,
      parts: { ...result.manifest.parts, clearings: clearings.references, usage: usage.references },
      usage_root: toHex(usageRoot),
    };
    const manifestBytes = canonicalBytes(manifest);
    const parts = [...result.parts, ...clearings.parts, ...usage.parts];
    return { ...result, manifest, manifestBytes, datasetHash: datasetHash(manifestBytes), usageRoot, parts };
  }

  /** Has the leader of a first attempt sign a clearing that doesn't follow. */
  async function cheat(epoch: number): Promise<string> {
    const keys = market.network.oracles.map(({ publicKey }) => publicKey.toBase58());
    const { oracle } = members.find((one) => one.oracle.address === leaderOf(keys, epoch, 0))!;
    const due = (await closable(oracle))!;
    const { logs } = await gatherLogs(oracle, epoch, keys, due.previous);
    const markets = await readMarkets(oracle, due);
    const wrong = dearer(closeWith(oracle, due, await loadLogs(oracle, logs), markets));
    await storeDataset(oracle, wrong);
    await signOnce(oracle.store, oracle.signer, messageOf(oracle, due, wrong, 0));
    return toHex(wrong.usageRoot);
  }

  it('pays for what was metered, refuses what was not, and gives the rest back', async () => {
    const { connection } = market.chain;
    // From the next quarter on, for an hour.
    const offer = await market.createOffer(seller!, { devices: [0, 1], minPrice: 10n });
    const order = await market.createOrder(buyer!, { device: 2 });
    const unused = await market.createOrder(idle!, { device: 3 });
    const { terms } = await market.order(order);
    const first = Number(terms.from);
    await pass(Number(terms.until) - (await chainNow()) + 60);
    const quarters = [0, 1, 2, 3].map((i) => deviceTimeOf(first + i * QUARTER));
    await until('the registry is read', () =>
      members.every(({ oracle }) => oracle.registry.known.deviceCount === devices.length),
    );
    await submit(
      0,
      quarters.flatMap((start) => [
        reportOf(0, start, { exported: 500 }),
        reportOf(1, start, { value: 600n }),
      ]),
    );
    // The last quarter of the buyer is missing.
    await submit(
      1,
      quarters.slice(0, 3).map((start) => reportOf(2, start, { imported: 400 })),
    );
    // What is metered in the two hours before the first cut is cleared by the second epoch.
    const { lastCutTime } = await market.network.account();
    await pass(Number(lastCutTime) + EPOCH_SECONDS - (await chainNow()));
    await cut(1n);
    await promoted(1n);
    const { current: one } = await market.network.account();
    expect(toHex(one.usageRoot)).to.equal(toHex(new UsageTree([]).root));

    await pass(EPOCH_SECONDS);
    await cut(2n);
    for (const { oracle } of members) await sync(oracle);
    const { current, pending } = await market.network.account();
    expect([current.epoch, pending]).to.deep.equal([1n, null]);
    const lie = await cheat(2);
    await until('declined', () => members.some(({ declined }) => declined.length > 0));
    const [refused] = members.flatMap(({ declined }) => declined);
    expect(refused!.code).to.equal('recomputation-differs');
    expect(refused!.message).to.match(new RegExp(`usage root [0-9a-f]{64} in place of ${lie}$`));
    await pass(ATTEMPT_SECONDS);
    await promoted(2n);

    const { usageRoot, datasetHash: hash } = (await market.network.account()).current;
    const [before, now] = [await dataset(1, toHex(one.datasetHash)), await dataset(2, toHex(hash))];
    expect(verifyDataset({ ...before, previous: genesis }).datasetHash).to.equal(toHex(one.datasetHash));
    const repeated = verifyDataset({ ...now, previous: previousState(before.manifestBytes, before.part) });
    expect(equal(repeated.usageRoot, usageRoot)).to.equal(true);

    // 97 % of 500 Wh arrive, of which 400 are bought: so the seller's ask is the price.
    const tree = treeOf(now);
    expect(equal(tree.root, usageRoot)).to.equal(true);
    const { ask } = await market.offer(offer);
    const paid = 1_200n * ask;
    const leaf = (account: PublicKey) => tree.prove(account)?.leaf;
    expect(leaf(order)).to.deep.include({ side: 'order', units: 1_200n, amount: paid });
    expect(leaf(offer)).to.deep.include({ side: 'offer', units: 1_200n, amount: paid });
    expect(leaf(unused)).to.equal(undefined);
    // What answers are based on is a little older than the chain.
    await until('both show the epoch', async () => {
      const shown = await Promise.all(members.map(({ client: one }) => one.network()));
      return shown.every(({ epoch }) => epoch.current === 2);
    });
    const { cell } = await fetchArea(connection, market.area);
    const { areas } = await members[0]!.client.area(cell.toString(16));
    expect(
      areas.map(({ market: of, clearings }) => [
        of,
        clearings.map(({ epoch, quantity }) => [epoch, quantity]),
      ]),
    ).to.deep.equal([[market.address.toBase58(), [[2, '0'], ...Array(3).fill([2, '400'])]]]);
    // Either oracle proves it, with nothing but the root on chain to trust.
    const asked = async (account: PublicKey) => {
      const info = await members[0]!.client.order(account.toBase58());
      return provenUsage(info, usageRoot)!;
    };
    const { leaf: _, ...proof } = tree.prove(order)!;
    expect(await asked(order)).to.deep.equal({ leaf: leaf(order), proof });
    const { client } = members[1]!;
    const { area: at, terms: sold } = await market.offer(offer);
    const { offers } = await client.offers({ area: at!.toBase58() });
    expect(
      offers.map(({ account, open_capacity, capacity }) => [account, open_capacity, capacity]),
    ).to.deep.equal([[offer.toBase58(), `${sold.capacity - 1_200n}`, `${sold.capacity}`]]);
    const listed = '7 lines of what was offered and ordered match the chain';
    expect(await bookSaid(2)).to.deep.equal([listed]);
    await market.settle(tree, order);
    await market.settle(tree, offer);
    await market.collect(offer);
    const tokens = (owner: Keypair) => market.balance(market.tokensOf(owner.publicKey));
    const fee = (paid * 200n) / 10_000n;
    expect(await tokens(seller!)).to.equal(paid - fee);
    await market.send(await market.closing(order, await asked(order)));
    await market.send(await market.closing(unused, await asked(unused)));
    expect([await tokens(buyer!), await tokens(idle!)]).to.deep.equal([1_000_000n - paid, 1_000_000n]);
    await market.send(closeOffer({ market: await market.market(), offer: await market.offer(offer) }), [
      seller!,
    ]);
    expect(await connection.getAccountInfo(offer)).to.equal(null);

    expect(await bookSaid(2)).to.deep.equal([`${listed}; 3 were closed since, and are taken as listed`]);

    // All are closed before the next epoch: it is the same for whoever reads it then, and keeps the leaves.
    await pass(EPOCH_SECONDS);
    await cut(3n);
    await promoted(3n);
    expect(equal((await market.network.account()).current.usageRoot, usageRoot)).to.equal(true);
    expect(members.flatMap(({ declined }) => declined)).to.have.length(1);
  });
});
