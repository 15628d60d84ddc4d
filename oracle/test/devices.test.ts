import { sha256, toHex } from '@commonwire/sdk/core';
import { placeOf } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { NetworkView } from '../src/chain/network-view';
import { Registry, toBase58 } from '../src/domain';
import { ReportLines } from '../src/epoch/report-lines';
import { OwnerIndex } from '../src/registry/owners';
import type { BlobStore } from '../src/storage/blobs';
import { HOUR, MINUTE, makeDevice, NOON, signed } from './domain/support';
import { FakeChain } from './support/fake-chain';
import { World } from './support/world';

describe("an oracle's devices", () => {
  let world: World;

  beforeEach(async () => {
    world = await new World(1).start();
    world.chain.threshold = 1;
    await world.tick();
  });
  afterEach(() => world.stop());

  const client = () => world.at(0).client;

  it('are listed page by page, with balances', async () => {
    await client().submit(world.devices.map((device) => signed(device)));
    world.pass(61);
    await world.promoted(1);
    const first = await client().devices({ limit: 4 });
    expect(first.devices.map(({ index }) => index)).to.deep.equal([0, 1, 2, 3]);
    expect(first.next_after).to.equal(3);
    const second = await client().devices({ after: 3, limit: 4 });
    expect(second.devices.map(({ index }) => index)).to.deep.equal([4, 5]);
    expect(second.next_after).to.equal(null);
    const { reports, refused, ...entry } = await client().device(4);
    expect(second.devices[0]).to.deep.equal(entry);
    expect(BigInt(entry.earned) > 0n).to.equal(true);
    expect(entry.paid).to.equal(entry.earned);
    expect([reports.length, refused]).to.deep.equal([1, []]);
  });

  it('are on the map page by page, by their cells without the mount, but for those that are retired', async () => {
    const { devices } = await client().devices();
    const all = await client().cells();
    expect(all.cells).to.deep.equal(
      devices.map(({ h3_cell }) => placeOf(BigInt(`0x${h3_cell}`)).toString(16)),
    );
    expect(all.kinds).to.deep.equal(devices.map(({ kind }) => kind));
    expect([all.first, all.next_after]).to.deep.equal([0, null]);
    const first = await client().cells({ limit: 4 });
    expect([first.cells, first.next_after]).to.deep.equal([all.cells.slice(0, 4), 3]);
    world.chain.retire(4);
    await world.tick();
    const second = await client().cells({ after: 3, limit: 4 });
    expect(second).to.deep.equal({
      first: 4,
      cells: [null, all.cells[5]],
      kinds: all.kinds.slice(4),
      next_after: null,
    });
    expect((await client().cells({ after: 5 })).cells).to.deep.equal([]);
    expect((await fetch(`${client().url}/v1/cells?limit=8193`)).status).to.equal(400);
  });

  it('are listed by owner, also after a transfer', async () => {
    const [device, other] = world.devices;
    const seller = toBase58(device!.owner);
    const buyer = toBase58(other!.owner);
    const owned = async (owner: string, after?: number) => {
      const { devices, next_after } = await client().devices({ owner, after, limit: 1 });
      return [devices.map(({ index }) => index), next_after];
    };
    expect(await owned(seller)).to.deep.equal([[0], 0]);
    expect(await owned(seller, 0)).to.deep.equal([[3], null]);
    const effective = world.chain.transfer(0, other!.owner);
    await world.tick();
    expect(await owned(seller)).to.deep.equal([[0], 0]);
    for (let epoch = 1; epoch < effective; epoch++) {
      world.pass(61);
      await world.promoted(epoch);
    }
    expect(await owned(seller)).to.deep.equal([[3], null]);
    expect(await owned(buyer)).to.deep.equal([[0], 0]);
    expect(await owned(buyer, 0)).to.deep.equal([[1], 1]);
    expect(
      (await client().devices({ owner: toBase58(sha256(Buffer.from('nobody'))) })).devices,
    ).to.deep.equal([]);
  });

  it('error: a page that is too long, and an owner that is no address', async () => {
    const { url } = client();
    for (const query of ['limit=257', 'limit=0', 'owner=nobody', 'after=-1'])
      expect((await fetch(`${url}/v1/devices?${query}`)).status, query).to.equal(400);
  });

  it('show a report as received until its epoch is closed, also after a restart, and then its verdict', async () => {
    const [device] = world.devices;
    const early = signed(device!, { start: NOON });
    await client().submit([early, signed(world.devices[1]!)]);
    const outcomes = async () =>
      (await client().device(0)).reports.map(({ epoch, start, outcome }) => [epoch, start, outcome]);
    expect(await outcomes()).to.deep.equal([[1, NOON, 'received']]);
    await client().submit([signed(device!, { start: NOON + 15 * MINUTE })]);
    const received = [
      [1, NOON + 15 * MINUTE, 'received'],
      [1, NOON, 'received'],
    ];
    expect(await outcomes()).to.deep.equal(received);
    await world.kill(0);
    await world.run(0);
    expect(await outcomes()).to.deep.equal(received);
    world.pass(61);
    await world.promoted(1);
    expect(await outcomes()).to.deep.equal([
      [1, NOON + 15 * MINUTE, 'accepted'],
      [1, NOON, 'accepted'],
    ]);
    world.pass(HOUR);
    await client().submit([signed(device!, { start: NOON + HOUR })]);
    expect((await outcomes())[0]).to.deep.equal([2, NOON + HOUR, 'received']);
  });
});

describe("a device's report lines", () => {
  /** Parts with these devices on their lines; a device may have lines in several. */
  const partsOf = (devices: readonly (readonly number[])[]) => {
    const blobs = new Map<string, Buffer>();
    const parts = devices.map((list, part) => {
      const text = list.map((device, line) => `{"device":${device},"at":"${part}.${line}"}\n`).join('');
      const name = toHex(sha256(Buffer.from(text)));
      blobs.set(name, Buffer.from(text));
      return { sha256: name, bytes: text.length, lines: list.length };
    });
    return { parts, blobs };
  };
  const places = async (lines: ReportLines, parts: ReturnType<typeof partsOf>['parts'], device: number) =>
    (await lines.of(parts, device)).map((line) => (JSON.parse(line) as { at: string }).at);
  const nothing: BlobStore = {
    put: async () => '',
    putCompressed: async () => undefined,
    getCompressed: async () => undefined,
    streamCompressed: async () => undefined,
  };

  it('are found in whichever parts have them', async () => {
    const { parts, blobs } = partsOf([[0, 0, 3], [3, 3, 7], [10, 11, 11, 11, 12], [100]]);
    const lines = new ReportLines(nothing);
    for (const [name, bytes] of blobs) lines.keep(name, bytes);
    expect(await places(lines, parts, 0)).to.deep.equal(['0.0', '0.1']);
    expect(await places(lines, parts, 3)).to.deep.equal(['0.2', '1.0', '1.1']);
    expect(await places(lines, parts, 11)).to.deep.equal(['2.1', '2.2', '2.3']);
    expect(await places(lines, parts, 100)).to.deep.equal(['3.0']);
    for (const absent of [1, 8, 50, 101]) expect(await places(lines, parts, absent)).to.deep.equal([]);
    expect(await places(lines, [], 0)).to.deep.equal([]);
  });

  it('are missing if a part is not there, and parts are let go of when memory is full', async () => {
    const { parts, blobs } = partsOf([[0], [1]]);
    const lines = new ReportLines(nothing, 30);
    for (const [name, bytes] of blobs) lines.keep(name, bytes);
    expect(await places(lines, parts, 0)).to.deep.equal([]);
    expect(await places(lines, parts.slice(1), 1)).to.deep.equal(['1.0']);
  });
});

describe('an index of owners', () => {
  it('has whoever had, has or will have a device, in order', () => {
    const registry = new Registry();
    const owners = new OwnerIndex(registry);
    const [a, b] = ['a', 'b'].map((name) => sha256(Buffer.from(name))) as [Uint8Array, Uint8Array];
    registry.apply({
      kind: 'registered',
      devices: [0, 1, 2].map((i) => makeDevice(i, { owner: i === 1 ? b : a })),
    });
    expect(owners.candidates(a)).to.deep.equal([0, 2]);
    const transfer = (index: number, owner: Uint8Array, epoch: bigint) =>
      registry.apply({ kind: 'transferred', change: { index, owner, effectiveEpoch: epoch } });
    transfer(1, a, 1n);
    expect(owners.candidates(a)).to.deep.equal([0, 1, 2]);
    transfer(1, b, 3n);
    transfer(0, b, 3n);
    registry.apply({ kind: 'registered', devices: [makeDevice(3, { owner: a })] });
    expect(owners.candidates(a)).to.deep.equal([0, 1, 2, 3]);
    expect(owners.candidates(b)).to.deep.equal([0, 1]);
    expect(owners.candidates(sha256(Buffer.from('c')))).to.deep.equal([]);
  });
});

describe('a view of the network', () => {
  const at = (epoch: number) => new FakeChain(() => epoch * 1000).readNetwork();

  it('is read once for all requests that wait, and stays usable while the node hangs', async () => {
    let reads = 0;
    let answers = true;
    const network = await at(1);
    const chain = {
      readNetwork: async () => {
        reads++;
        return answers ? network : new Promise<never>(() => undefined);
      },
    };
    const view = new NetworkView(chain, { freshMs: 50, staleMs: 60_000 });
    expect(await Promise.all([view.latest(), view.latest(), view.latest()])).to.deep.equal([
      network,
      network,
      network,
    ]);
    expect(reads).to.equal(1);
    answers = false;
    const until = performance.now() + 50;
    while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
    expect(await view.latest()).to.equal(network);
    expect(await view.latest()).to.equal(network);
    expect(reads).to.equal(2);
  });

  it('error: timeout, with status 503, if there is nothing to show and the node hangs', async function () {
    this.timeout(20_000);
    const view = new NetworkView({ readNetwork: () => new Promise(() => undefined) });
    const error = await view.latest().catch((caught: unknown) => caught);
    expect(error).to.include({ code: 'timeout', status: 503 });
  });
});
