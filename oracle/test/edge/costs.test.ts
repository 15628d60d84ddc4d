import { reasonOf, toHex } from '@commonwire/sdk/core';
import type { OracleRequestError } from '@commonwire/sdk/oracle';
import { expect } from 'chai';
import { PaidPages } from '../../src/chain/paid-pages';
import { readPage, toBase58 } from '../../src/domain';
import type { Store } from '../../src/storage/store';
import { bytesOf, MINUTE, NOON, signed } from '../domain/support';
import { withMethods } from '../support/fake-chain';
import { World } from '../support/world';

/** Requests of many clients at once. */
const CROWD = 30;

describe('what a request costs an oracle', () => {
  let world: World;
  /** What was asked of chain, store and parts since it was emptied. */
  let asked: string[];
  let failCounting = false;

  beforeEach(async () => {
    failCounting = false;
    world = await new World(1).start();
    world.chain.threshold = 1;
    await world.tick();
    await world.at(0).client.submit(world.devices.map((device) => signed(device)));
    world.pass(61);
    await world.promoted(1);
    world.pass(61);
    await world.promoted(2);
    world.pass(61);
    await world.promoted(3);
    const { chain, store, blobs } = world.at(0).oracle;
    await world.kill(0);
    asked = [];
    await world.run(0, {
      chain: withMethods(chain, {
        readNetwork: async (view) => {
          asked.push('network');
          return chain.readNetwork(view);
        },
        paidInPages: async (pages) => {
          asked.push(`pages ${pages.join()}`);
          return chain.paidInPages(pages);
        },
      }),
      store: counting(store),
      blobs: {
        ...blobs,
        getCompressed(sha256) {
          asked.push('part');
          return blobs.getCompressed(sha256);
        },
      },
      freshness: { freshMs: 60_000, staleMs: 60_000 },
    });
    // What starting asked for.
    asked = [];
  });
  afterEach(() => world.stop());

  const counting = (store: Store): Store => ({
    get: (...key) => {
      asked.push('get');
      return store.get(...key);
    },
    query: (...range) => {
      asked.push('query');
      return store.query(...range);
    },
    insert: (...item) => store.insert(...item),
    replace: (...item) => store.replace(...item),
    count: async (partition, sort, amounts) => {
      if (failCounting && sort === 'refused') throw new Error('the counter is out of order');
      await store.count(partition, sort, amounts);
    },
    counters: (...key) => store.counters(...key),
  });
  const ofChain = () => asked.filter((what) => what === 'network' || what.startsWith('pages'));
  const crowd = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: CROWD }, ask));

  it('one read of the network for a crowd, and none while that is fresh', async () => {
    const { client } = world.at(0);
    await crowd(() => client.network());
    expect(asked).to.deep.equal(['network']);
    await client.network();
    expect(asked).to.deep.equal(['network']);
  });

  it('at most one account for a proof or a device, and none while it is known', async () => {
    const { client } = world.at(0);
    await crowd(() => client.settlement(0, 2));
    expect(ofChain()).to.deep.equal(['network', 'pages 0']);
    await client.settlement(3);
    await crowd(() => client.device(4));
    await client.owner(toBase58(world.devices[0]!.owner));
    await client.devices();
    expect(ofChain()).to.deep.equal(['network', 'pages 0']);
    asked = [];
    for (let i = 0; i < 10; i++) await client.settlement(i % 6);
    expect(asked, 'a proof comes from memory').to.deep.equal([]);
  });

  it('epochs that nothing changes any more are read once', async () => {
    const { client } = world.at(0);
    const { epochs } = await client.epochs({ limit: 100 });
    expect(epochs.map(({ epoch, state }) => [epoch, state])).to.deep.equal([
      [4, 'collecting'],
      [3, 'promoted'],
      [2, 'promoted'],
      [1, 'promoted'],
    ]);
    asked = [];
    expect((await client.epochs({ limit: 100 })).epochs).to.deep.equal(epochs);
    expect(asked.length, asked.join()).to.be.below(4);
    asked = [];
    expect((await client.epochs({ before: 3 })).epochs).to.deep.equal(epochs.slice(2));
    expect(asked).to.deep.equal([]);
  });

  it('a device that is not registered costs nothing', async () => {
    for (let i = 0; i < 5; i++)
      expect(
        await world
          .at(0)
          .client.device(1000 + i)
          .catch(reasonOf),
      ).to.include('no device');
    expect(asked).to.deep.equal([]);
  });

  it('error: bad-schema: a body of nonsense is refused before it is parsed', async () => {
    for (const nonsense of ['['.repeat(200_000), `{"reports":[${'{},'.repeat(80_000)}{}]}`]) {
      const response = await fetch(`${world.at(0).server.url}/v1/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: nonsense,
      });
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect([response.status, error.code]).to.deep.equal([400, 'bad-schema']);
      expect(error.message).to.include('it has more than');
    }
  });

  it('a counter that fails costs no answer: the report is stored, and the refusal is counted later', async () => {
    const { client, oracle } = world.at(0);
    const [device, other] = world.devices;
    const late = { start: NOON + MINUTE * 15 };
    const bad = { ...signed(other!, late), signature: signed(device!, late).signature };
    const before = (await oracle.log.refused())['bad-signature'] ?? 0;
    failCounting = true;
    const { results } = await client.submit([signed(device!, late), bad]);
    expect(results.map(({ status }) => status)).to.deep.equal(['accepted', 'rejected']);
    const again = await client.submit([signed(device!, late)]);
    expect(again.results.map(({ status }) => status)).to.deep.equal(['duplicate']);
    failCounting = false;
    await client.submit([bad]);
    expect((await oracle.log.refused())['bad-signature']).to.equal(before + 2);
  });

  it('what devices measured is shown to nobody until the log is sealed', async () => {
    const { client, oracle } = world.at(0);
    const report = signed(world.devices[0]!, { start: NOON + MINUTE * 15, value: 321n });
    const { epoch } = await client.submit([report]);
    const refused = await client.log(epoch).catch((error: OracleRequestError) => error);
    expect(refused).to.include({ status: 404, code: 'not-sealed' });
    const text = await (await fetch(`${client.url}/v1/devices/0`)).text();
    const [own] = (JSON.parse(text) as { reports: { outcome: string; value: null; start: number }[] })
      .reports;
    expect(own).to.include({ outcome: 'received', value: null, start: NOON + MINUTE * 15 });
    expect(text).to.not.include(report.report).and.not.include('321');
    await oracle.log.seal(epoch);
    const { head, runs } = await client.log(epoch);
    expect([head.reports, runs.map(({ shard, reports }) => [shard, reports])]).to.deep.equal([1, [[0, 1]]]);
    const page = await client.part(epoch, runs[0]!.pages[0]!);
    expect([...readPage(page)].map(({ bytes }) => toHex(bytes))).to.deep.equal([
      toHex(bytesOf(report).bytes),
    ]);
    expect((await client.device(0)).reports[0]).to.include({ outcome: 'received', value: '321' });
  });
});

describe('what devices were paid', () => {
  it('is read with one request for a crowd, and a failure is not kept', async () => {
    let reads = 0;
    let fails = true;
    const pages = new PaidPages({
      paidInPages: async (numbers) => {
        reads++;
        if (fails) throw new Error('the node fails');
        return numbers.map((number) => [BigInt(number)]);
      },
    });
    const network = { totalPaid: 1n } as Parameters<PaidPages['of']>[0];
    const failed = await Promise.allSettled(Array.from({ length: CROWD }, () => pages.of(network, [0])));
    expect(failed.every(({ status }) => status === 'rejected')).to.equal(true);
    expect(reads).to.equal(1);
    fails = false;
    expect(await pages.of(network, [1024, 0, 2048])).to.deep.equal([1n, 0n, 2n]);
    expect(await pages.of(network, [2048])).to.deep.equal([2n]);
    expect(reads).to.equal(2);
  });
});
