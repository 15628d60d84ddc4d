import { expect } from 'chai';
import type { ChainWatch, Sighting } from '../src/chain/watch';
import { OracleError } from '../src/runtime/errors';
import { OracleEmitter } from '../src/runtime/events';
import { logEvents, logger } from '../src/runtime/logging';
import { World } from './support/world';

const WALLET = 'So11111111111111111111111111111111111111112';

/** A chain to look at, in any state. */
class Scene implements ChainWatch {
  slot = 100;
  behind = 1;
  lamports = '1000000000';
  cutAge = 10;
  answer: 'usual' | 'fails' | 'hangs' = 'usual';

  constructor(private readonly now: () => number) {}

  async look(): Promise<Sighting> {
    if (this.answer === 'hangs') return new Promise(() => undefined);
    if (this.answer === 'fails')
      throw new OracleError('rpc', 'https://node.example/?api-key=secret answered 502');
    const time = Math.floor(this.now() / 1000) - this.behind;
    return {
      slot: this.slot,
      time,
      epoch: { current: 4, pending: null, cut: 5 },
      cutTime: time - this.cutAge,
      epochSeconds: 60,
      governance: {
        proposedAuthority: null,
        guardian: null,
        pause: null,
        upgradeAuthority: null,
      },
      payer: { address: WALLET, lamports: this.lamports },
    };
  }
}

describe('the health of an oracle', () => {
  let world: World;
  let scene: Scene;

  beforeEach(async () => {
    world = await new World(2).start();
    scene = new Scene(() => world.time);
    await world.kill(0);
    await world.run(0, { watch: scene });
  });
  afterEach(() => world.stop());

  const observe = () => world.at(0).oracle.vitals.observe();
  const ask = async () => {
    const response = await fetch(`${world.at(0).server.url}/health`);
    const told = await world.at(0).client.health();
    return { status: response.status, told, codes: told.problems.map(({ code }) => code) };
  };
  const begin = async () => {
    await world.tick();
    await observe();
  };

  it('starts with 503, and is ok with all figures once chain, peers and store have been seen', async () => {
    const before = await ask();
    expect([before.status, before.told.status]).to.deep.equal([503, 'starting']);
    await begin();
    const { status, told } = await ask();
    expect([status, told.status, told.problems]).to.deep.equal([200, 'ok', []]);
    expect(told.chain).to.include({ slot: 100, lag_seconds: 1, age_seconds: 0 });
    expect(told.epoch).to.deep.equal({
      current: 4,
      pending: null,
      cut: 5,
      cut_age_seconds: 11,
      cut_overdue_seconds: 0,
    });
    expect(told.payer).to.deep.equal({ address: WALLET, lamports: '1000000000' });
    expect(told.peers).to.deep.equal([
      { url: world.url(1), oracle: world.at(1).oracle.address, answers: true, age_seconds: 0 },
    ]);
    expect(told.store?.age_seconds).to.equal(0);
    expect(told.tasks.map(({ task, failed }) => [task, failed])).to.deep.include(['sync', null]);
  });

  it('is stale within 30 s once the RPC node answers nothing usable, and says so without its secrets', async () => {
    await begin();
    scene.answer = 'fails';
    world.pass(15);
    await observe();
    expect((await ask()).told.status).to.equal('ok');
    world.pass(10);
    await observe();
    const { status, told, codes } = await ask();
    expect([status, told.status, codes]).to.deep.equal([503, 'stale', ['chain-silent']]);
    expect(JSON.stringify(told)).not.to.include('secret');
    scene.answer = 'usual';
    scene.slot++;
    await observe();
    expect((await ask()).status).to.equal(200);
  });

  it('answers at once while the RPC node hangs, and is stale after 30 s without a new observation', async () => {
    await begin();
    scene.answer = 'hangs';
    const observing = observe();
    world.pass(30);
    const begun = performance.now();
    const { status, codes } = await ask();
    expect(performance.now() - begun).to.be.below(1000);
    expect(status).to.equal(503);
    expect(codes).to.include('chain-silent');
    await observing;
    // The store was seen at that time; the chain wasn't.
    expect((await ask()).codes).to.deep.equal(['chain-silent']);
  }).timeout(20_000);

  it('is stale if the node answers but its chain stands still, or is far behind', async () => {
    await begin();
    world.pass(25);
    scene.behind = 26;
    await observe();
    expect((await ask()).codes).to.deep.equal(['chain-stuck']);
    expect((await ask()).status).to.equal(503);
    scene.slot++;
    scene.behind = 40;
    await observe();
    const lagging = await ask();
    expect([lagging.status, lagging.codes]).to.deep.equal([200, ['chain-lags']]);
    scene.behind = 200;
    await observe();
    expect((await ask()).status).to.equal(503);
  });

  it('allows more of the chain’s time where that goes faster, as in a demo', async () => {
    const pace = 10_000;
    await world.kill(0);
    await world.run(0, { watch: scene, pace });
    await begin();
    const observed = async (behind: number, passed: number) => {
      scene.slot++;
      scene.behind = behind * pace;
      world.pass(passed * pace);
      await observe();
      return (await ask()).codes;
    };
    scene.cutAge = 100 * pace;
    expect(await observed(10, 0)).to.deep.equal([]);
    expect((await ask()).told.chain?.age_seconds).to.equal(0);
    expect(await observed(40, 5)).to.include('chain-lags');
    world.pass(10 * pace);
    expect((await ask()).told.chain?.age_seconds).to.equal(10);
    expect((await ask()).codes).not.to.include('chain-silent');
    world.pass(15 * pace);
    expect((await ask()).codes).to.include('chain-silent');
  });

  it('is degraded, still with 200, if its wallet is low, a cut is overdue or a peer is silent', async () => {
    await begin();
    scene.lamports = '5000000';
    scene.cutAge = 300;
    await world.kill(1);
    await observe();
    const { status, told, codes } = await ask();
    expect([status, told.status]).to.deep.equal([200, 'degraded']);
    expect(codes).to.have.members(['payer-low', 'cut-overdue', 'peer-silent']);
    expect(told.peers[0]).to.include({ answers: false });
  });

  it('names a task that fails until it succeeds', async () => {
    await begin();
    const { chain } = world;
    const read = chain.registryState.bind(chain);
    chain.registryState = () => Promise.reject(new OracleError('rpc-timeout', 'no answer'));
    await world.tick();
    const { codes, told } = await ask();
    expect(codes).to.deep.equal(['task-fails']);
    expect(told.problems[0]?.message).to.include('sync failed: rpc-timeout');
    chain.registryState = read;
    await world.tick();
    expect((await ask()).codes).to.deep.equal([]);
  });

  it('shows and logs the addresses of its peers without their secrets', async () => {
    const { port } = new URL(world.url(1));
    const peerUrls = [`http://me:secret@127.0.0.1:${port}/?key=secret`, 'http://me:secret@127.0.0.1:1/'];
    await world.kill(0);
    await world.run(0, { watch: scene, peerUrls });
    await begin();
    const { told, codes } = await ask();
    expect(told.peers.map(({ url }) => url)).to.deep.equal([world.url(1), 'http://127.0.0.1:1']);
    expect(codes).to.include('peer-silent');
    const metrics = await (await fetch(`${world.at(0).server.url}/metrics`)).text();
    expect(JSON.stringify([told, metrics])).not.to.include('secret');
    const failures = Object.values(world.at(0).oracle.vitals.latest.peers).map(({ failure }) => failure);
    expect(failures.join()).not.to.include('secret');
  });

  it('shows its figures in the text format of Prometheus', async () => {
    const { server, client } = world.at(0);
    await begin();
    await client.submit([{ report: 'AAAA', signature: 'AAAA' }]);
    await client.epoch(99).catch(() => undefined);
    const response = await fetch(`${server.url}/metrics`);
    expect(response.headers.get('content-type')).to.include('text/plain; version=0.0.4');
    const text = await response.text();
    const value = (name: string) => {
      const line = text.split('\n').find((one) => one.startsWith(`commonwire_${name} `));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    };
    expect(value('up')).to.equal(1);
    expect(value('chain_slot')).to.equal(100);
    expect(value('payer_lamports')).to.equal(1e9);
    expect(value(`peer_up{peer="${world.url(1)}"}`)).to.equal(1);
    expect(value('epoch{state="cut"}')).to.equal(5);
    expect(value('reports_total{result="rejected",code="wrong-length"}')).to.equal(1);
    expect(
      value('http_request_seconds_count{method="GET",route="/v1/epochs/{epoch}",status="404"}'),
    ).to.equal(1);
    expect(value('task_seconds_count{task="sync"}')).to.equal(1);
  });

  it("doesn't count as refusals what peers ask for before it is there", async () => {
    const refused: object[] = [];
    const { oracle, client, server } = world.at(0);
    oracle.events.on('refused', (fields) => refused.push(fields));
    await client.part(1, 'ab'.repeat(32)).catch(() => undefined);
    await client.log(1, { oracle: world.at(1).oracle.address }).catch(() => undefined);
    await fetch(`${server.url}/v1/reports`, { method: 'POST', body: '{}' });
    expect(refused).to.deep.equal([{ status: 415, code: 'unsupported-media-type' }]);
  });
});

describe('the log of an oracle', () => {
  const lines = (options: { text?: boolean; least?: 'debug' | 'info' }) => {
    const written: string[] = [];
    const events = new OracleEmitter();
    const { text = false, least = 'info' } = options;
    logEvents(
      events,
      logger({ write: (line) => written.push(line), least, text, now: () => 1_700_000_000_000 }),
    );
    events.emit('batch', { epoch: 1, accepted: 1, duplicate: 0, rejected: {} });
    events.emit('paid', { epoch: 1, first: 0, devices: 2, amount: 5n, signature: 'sig', computeUnits: 9 });
    events.emit('failed', { task: 'cut', code: 'rpc', message: 'no answer' });
    events.emit('refused', { status: 500, code: 'internal', message: 'boom' });
    return written;
  };

  it('is JSON with time and level', () => {
    const [paid, failed, refused] = lines({}).map((line) => JSON.parse(line));
    expect(paid).to.deep.equal({
      time: '2023-11-14T22:13:20.000Z',
      level: 'info',
      event: 'paid',
      epoch: 1,
      first: 0,
      devices: 2,
      amount: '5',
      signature: 'sig',
      compute_units: 9,
    });
    expect(failed).to.include({ level: 'error', event: 'failed', message: 'no answer' });
    expect(refused).to.include({ level: 'error', message: 'boom' });
  });

  it('is text on a terminal, and has every batch only for debugging', () => {
    expect(lines({ text: true })[1]).to.equal(
      '2023-11-14T22:13:20.000Z ERROR failed task=cut code=rpc message="no answer"',
    );
    expect(lines({ text: true, least: 'debug' })[0]).to.equal(
      '2023-11-14T22:13:20.000Z DEBUG batch epoch=1 accepted=1 duplicate=0 rejected={}',
    );
  });
});
