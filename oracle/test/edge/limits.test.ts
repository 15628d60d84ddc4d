import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import { type OracleServer, startServer } from '../../src/api/server';
import { ClientAddresses, groupOf, isNetwork } from '../../src/edge/addresses';
import { Connections } from '../../src/edge/connections';
import type { Limits } from '../../src/edge/limits';
import { Rates } from '../../src/edge/rates';
import { RawConnection } from '../support/sockets';
import { World } from '../support/world';

describe('an HTTP server of an oracle', () => {
  let world: World;
  let server: OracleServer | undefined;
  const open: RawConnection[] = [];

  before(async () => {
    world = await new World(1).start();
    await world.tick();
    // Each server of this file counts the same oracle's events.
    world.at(0).oracle.events.setMaxListeners(0);
  });
  afterEach(async () => {
    for (const connection of open.splice(0)) connection.destroy();
    await server?.stop();
    server = undefined;
  });
  after(() => world.stop());

  async function serve(limits: Partial<Limits>): Promise<string> {
    server = await startServer(world.at(0).oracle, { limits });
    return server.url;
  }
  async function connect(url: string, options?: { reads: boolean }): Promise<RawConnection> {
    const connection = await RawConnection.open(url, options);
    open.push(connection);
    return connection;
  }
  const errorOf = async (response: Response) =>
    ((await response.json()) as { error: { code: string } }).error;
  const from = (...hops: string[]) => ({ headers: { 'x-forwarded-for': hops.join(', ') } });

  it('answers a pipeline one request after another, and cuts off one without end', async () => {
    const url = await serve({});
    const { blobs } = world.at(0).oracle;
    let [now, most] = [0, 0];
    const counted = await startServer({
      ...world.at(0).oracle,
      blobs: {
        ...blobs,
        async streamCompressed(sha256) {
          most = Math.max(most, ++now);
          await new Promise((resolve) => setTimeout(resolve, 5));
          now--;
          return blobs.streamCompressed(sha256);
        },
      },
    });
    try {
      const connection = await connect(counted.url);
      for (let i = 0; i < 12; i++) connection.get(`/v1/epochs/1/parts/${'0'.repeat(64)}`);
      connection.get('/openapi.json');
      await connection.answers(13);
      expect(connection.statuses).to.deep.equal([...Array(12).fill(404), 200]);
      expect(most).to.equal(1);
    } finally {
      await counted.stop();
    }
    const endless = await connect(url);
    endless.send('GET /health HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(1000));
    await endless.closed();
    expect(endless.statuses.length).to.be.below(20);
  });

  it('limits what an address asks for, by 429 and Retry-After, and not what others do', async () => {
    const url = await serve({ perSecond: 0.25, burst: 10 });
    const flood = await Promise.all(
      Array.from({ length: 40 }, () => fetch(`${url}/health`, from('10.0.0.1'))),
    );
    const refused = flood.filter(({ status }) => status === 429);
    expect(refused.length).to.be.within(25, 30);
    expect(Number(refused[0]!.headers.get('retry-after'))).to.be.within(1, 4);
    expect((await errorOf(refused[0]!)).code).to.equal('too-many-requests');
    const status = async (...hops: string[]) => (await fetch(`${url}/openapi.json`, from(...hops))).status;
    expect(await status('10.0.0.2')).to.equal(200);
    // What the client says itself stands before what the proxy appends.
    expect(await status('10.0.0.3', '10.0.0.1')).to.equal(429);
    expect(await status('10.0.0.1', '10.0.0.3')).to.equal(200);
  });

  it('does not believe X-Forwarded-For of anybody but its proxies', async () => {
    const url = await serve({ perSecond: 0.25, burst: 3, proxies: [] });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) statuses.push((await fetch(`${url}/health`, from(`10.0.0.${i}`))).status);
    expect(statuses.slice(-3)).to.deep.equal([429, 429, 429]);
  });

  it('answers others though some addresses send their bodies slowly in all the places that there are', async () => {
    const url = await serve({ requests: 8, requestsPerAddress: 4 });
    const slow: RawConnection[] = [];
    for (const address of ['10.0.0.1', '10.0.0.2'])
      for (let i = 0; i < 4; i++)
        slow.push(
          (await connect(url)).send(
            `POST /v1/reports HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 90\r\nx-forwarded-for: ${address}\r\n\r\n{`,
          ),
        );
    // Until all have their places.
    for (const address of ['10.0.0.1', '10.0.0.2'])
      while ((await fetch(`${url}/openapi.json`, from(address))).status !== 429);
    for (let i = 3; i < 9; i++)
      expect((await fetch(`${url}/openapi.json`, from(`10.0.0.${i}`))).status).to.equal(200);
    // No more than it takes was cut off.
    expect(slow.filter(({ socket }) => socket.closed).length).to.be.within(1, 6);
  });

  it('limits how many requests of an address it answers at once', async () => {
    const url = await serve({ requestsPerAddress: 2 });
    const slow = await Promise.all([connect(url), connect(url)]);
    for (const connection of slow)
      connection.send(
        'POST /v1/reports HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 90\r\nx-forwarded-for: 10.0.0.1\r\n\r\n{',
      );
    const ask = (address: string) => fetch(`${url}/openapi.json`, from(address));
    while ((await ask('10.0.0.1')).status !== 429);
    expect((await ask('10.0.0.2')).status).to.equal(200);
    for (const connection of slow) connection.destroy();
    while ((await ask('10.0.0.1')).status !== 200);
  });

  it('closes connections above the limit of an address', async () => {
    const url = await serve({ connectionsPerAddress: 3, proxies: [] });
    const connections = await Promise.all(Array.from({ length: 5 }, () => connect(url)));
    await Promise.race(connections.map((connection) => connection.closed()));
    for (const connection of connections) if (!connection.socket.destroyed) connection.get('/health');
    while (connections.filter(({ statuses }) => statuses.length > 0).length < 3)
      await Promise.race(connections.map(({ socket }) => once(socket, 'data')));
    const closed = connections.filter(({ statuses }) => statuses.length === 0);
    expect(closed).to.have.length(2);
    await Promise.all(closed.map((connection) => connection.closed()));
  });

  it('error: request-timeout: a head or a body that does not come to its end, and a silent connection', async () => {
    const url = await serve({ headersMs: 200, requestMs: 300, idleMs: 200 });
    const [head, body, silent, idle] = await Promise.all([1, 2, 3, 4].map(() => connect(url)));
    head!.send('GET /health HTTP/1.1\r\nhost: a\r\nx-a');
    body!.send('POST /v1/reports HTTP/1.1\r\nhost: a\r\ncontent-length: 90\r\n\r\n{');
    idle!.get('/openapi.json');
    await Promise.all([head!, body!, silent!, idle!].map((connection) => connection.closed()));
    expect(head!.statuses).to.deep.equal([408]);
    expect(head!.received).to.include('"request-timeout"');
    expect(idle!.statuses).to.deep.equal([200]);
  });

  it('error: slow-reader: it is cut off', async () => {
    const { oracle } = world.at(0);
    const url = await serve({ readMs: 200, readBytesPerSecond: 2 ** 30 });
    const part = await oracle.blobs.put(Buffer.alloc(0));
    expect((await fetch(`${url}/v1/epochs/1/parts/${part}`)).status).to.equal(200);
    const endless = {
      ...oracle,
      blobs: {
        ...oracle.blobs,
        streamCompressed: async () =>
          (async function* () {
            for (;;) yield Buffer.alloc(64 * 1024);
          })(),
      },
    };
    const other = await startServer(endless, { limits: { readMs: 200, readBytesPerSecond: 2 ** 30 } });
    try {
      const told = once(oracle.events, 'refused');
      const connection = await connect(other.url, { reads: false });
      connection.get(`/v1/epochs/1/parts/${part}`);
      expect(await told).to.deep.equal([{ status: 408, code: 'slow-reader' }]);
      await connection.closed();
    } finally {
      await other.stop();
    }
  });

  it('error: what is no request, headers that are too long, and a body that is too long', async () => {
    const url = await serve({});
    const garbage = await connect(url);
    garbage.send('what?\r\n\r\n');
    await garbage.closed();
    expect([garbage.statuses, garbage.received.includes('"bad-request"')]).to.deep.equal([[400], true]);
    const long = await connect(url);
    long.get('/health', { long: 'x'.repeat(9000) });
    await long.closed();
    expect([long.statuses, long.received.includes('"headers-too-large"')]).to.deep.equal([[431], true]);
    const post = (body: RequestInit['body']) =>
      fetch(`${url}/v1/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        duplex: 'half',
      } as RequestInit);
    const text = 'x'.repeat(256 * 1024 + 1);
    for (const body of [text, new Blob([text]).stream()]) {
      const response = await post(body);
      expect([response.status, (await errorOf(response)).code]).to.deep.equal([413, 'too-large']);
    }
  });
});

describe('the rates of addresses', () => {
  it('are earned back with time, and a burst is saved up', () => {
    let now = 0;
    const rates = new Rates<string>({ perSecond: 10, burst: 20 }, 100, () => now);
    const taken = (cost = 1) => rates.take('a', cost);
    for (let i = 0; i < 20; i++) expect(taken()).to.equal(0);
    expect(taken()).to.equal(1);
    now += 500;
    for (let i = 0; i < 5; i++) expect(taken()).to.equal(0);
    expect(taken()).to.equal(1);
    rates.charge('a', 95);
    expect(taken()).to.equal(10);
    now += 60_000;
    for (let i = 0; i < 20; i++) expect(taken()).to.equal(0);
    expect(taken()).to.equal(1);
  });

  it('are kept for a bounded number of addresses: those who asked last', () => {
    const rates = new Rates<string>({ perSecond: 1, burst: 1 }, 100, () => 0);
    expect(rates.take('busy', 1)).to.equal(0);
    for (let i = 0; i < 1000; i++) {
      rates.take(`10.0.0.${i}`, 1);
      expect(rates.take('busy', 1)).to.equal(1);
    }
    expect(rates.size).to.equal(100);
  });
});

describe('the address of a client', () => {
  it('is an IPv4 address, or an IPv6 network of 64 bits', () => {
    expect(groupOf('::ffff:10.1.2.3')).to.equal('10.1.2.3');
    expect(groupOf('2001:db8::1')).to.equal('2001:db8:0:0::/64');
    expect(groupOf('2001:db8:0:0:a:b:c:d')).to.equal('2001:db8:0:0::/64');
    expect(groupOf('2001:0DB8:00:1::')).to.equal('2001:db8:0:1::/64');
    expect(groupOf('::1')).to.equal('0:0:0:0::/64');
    expect(groupOf('fe80::1%eth0')).to.equal('fe80:0:0:0::/64');
  });

  it('is found behind several proxies, also in networks', () => {
    const addresses = new ClientAddresses(['127.0.0.1', '172.16.0.0/12', 'fd00::/8']);
    const of = (remoteAddress: string, hops?: string) =>
      addresses.of({ socket: { remoteAddress } as Socket, headers: { 'x-forwarded-for': hops } });
    expect(of('127.0.0.1', '9.9.9.9, 1.2.3.4, 172.18.0.1')).to.equal('1.2.3.4');
    expect(of('::ffff:127.0.0.1', '1.2.3.4, fd00::7')).to.equal('1.2.3.4');
    expect(of('8.8.8.8', '1.2.3.4')).to.equal('8.8.8.8');
    expect(of('127.0.0.1', '1.2.3.4, unknown')).to.equal('127.0.0.1');
    expect(of('127.0.0.1')).to.equal('127.0.0.1');
    for (const wrong of ['10.0.0.0/33', 'proxy', '10.0.0.0/8/8', '', '::1/129', '10.0.0.1/'])
      expect(isNetwork(wrong), wrong).to.equal(false);
    for (const right of ['10.0.0.0/8', '::1', '::1/128', '127.0.0.1'])
      expect(isNetwork(right), right).to.equal(true);
  });
});

describe('the connections of a server', () => {
  it('are taken from the address that has most when there are too many, so that it shuts nobody out', () => {
    const connections = new Connections(
      { connections: 4, connectionsPerAddress: 9 },
      { isProxy: () => false },
    );
    const closed: string[] = [];
    const add = (remoteAddress: string, name: string) => {
      const listeners: (() => void)[] = [];
      const destroy = () => {
        closed.push(name);
        for (const listener of listeners) listener();
      };
      connections.admit({
        remoteAddress,
        once: (_: string, listener: () => void) => listeners.push(listener),
        destroy,
      } as unknown as Socket);
    };
    for (const i of [1, 2, 3]) add('10.0.0.1', `flood ${i}`);
    add('10.0.0.2', 'honest');
    add('10.0.0.3', 'another');
    add('10.0.0.1', 'flood 4');
    expect(closed).to.deep.equal(['flood 1', 'flood 2']);
  });
});
