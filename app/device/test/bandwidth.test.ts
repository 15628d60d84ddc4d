import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { BandwidthClient, Hotspot, isPublicAddress, reach, SessionError } from '../src/bandwidth';
import { getThrough, OFFER, ORDER, order, PRICE, SESSION, startWeb, stateIn } from './bandwidth-support';

const codeOf = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act;
  } catch (error) {
    if (error instanceof SessionError) return error.code;
    throw error;
  }
  return 'none';
};

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null;

describe('bandwidth sessions', () => {
  let folder: string;
  let web: { server: Server; port: number };
  let hotspot: Hotspot;
  let url: string;
  const theirs = () => join(folder, 'hotspot');
  const ours = () => join(folder, 'client');
  const startHotspot = async (
    budget?: bigint,
    isOpen: ((address: string) => boolean) | undefined = () => true,
  ) => {
    hotspot = new Hotspot({
      offer: OFFER,
      price: PRICE,
      folder: theirs(),
      findOrder: async () => order(budget),
      reach: reach(isOpen),
    });
    url = `http://127.0.0.1:${(await hotspot.listen(0, '127.0.0.1')).port}`;
  };
  const startClient = (at = url, budget?: bigint) =>
    BandwidthClient.start({
      ...{ hotspot: at, address: ORDER, order: order(budget), session: SESSION, offer: OFFER },
      folder: ours(),
    });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bandwidth-'));
    web = await startWeb();
  });
  afterEach(async () => {
    await hotspot?.close();
    web.server.closeAllConnections();
    web.server.close();
    rmSync(folder, { recursive: true });
  });

  it('are paid step by step, and to the last unit when the client leaves', async () => {
    await startHotspot();
    const client = await startClient();
    const { port } = await client.listen(0);
    const stop = new AbortController();
    const running = client.run(stop.signal);
    const page = await getThrough(port, `http://127.0.0.1:${web.port}/23000000`);
    expect(page).to.deep.equal({ status: 200, bytes: 23_000_000 });
    // No more than a step passes unpaid.
    expect(Number(client.last?.units)).to.be.within(13, 23);
    stop.abort();
    await running;
    expect(stateIn(ours()).bytes).to.be.within(23_000_000, 23_010_000);
    expect(stateIn(theirs())).to.deep.include({ units: 23n, cost: 23n * PRICE });
  });

  it('carry CONNECT, and refuse what is not on the public internet', async () => {
    await startHotspot(undefined, isPublicAddress);
    const client = await startClient();
    const { port } = await client.listen(0);
    const stop = new AbortController();
    const running = client.run(stop.signal);
    const answerTo = async (target: string) => {
      const socket = connect(port, '127.0.0.1');
      socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
      const [first] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return first.toString().split(' ')[1];
    };
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254'])
      expect(await answerTo(`${host}:${web.port}`), host).to.equal('403');
    expect((await getThrough(port, `http://localhost:${web.port}/5`)).status).to.equal(403);
    expect((await getThrough(port, '/v1/offer')).status).to.equal(403);
    stop.abort();
    await running;
  });

  it('reach the other side of a CONNECT', async () => {
    await startHotspot();
    const client = await startClient();
    const { port } = await client.listen(0);
    const stop = new AbortController();
    const running = client.run(stop.signal);
    const socket = connect(port, '127.0.0.1');
    socket.write(`CONNECT 127.0.0.1:${web.port} HTTP/1.1\r\n\r\n`);
    expect(`${await once(socket, 'data')}`).to.contain(' 200 ');
    socket.write('GET /5 HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await once(socket, 'end');
    expect(text).to.contain('xxxxx');
    stop.abort();
    await running;
  });

  it('end when the budget is spent', async () => {
    await startHotspot(3n * PRICE);
    const client = await startClient(url, 3n * PRICE);
    const { port } = await client.listen(0);
    const running = codeOf(client.run(new AbortController().signal));
    const page = getThrough(port, `http://127.0.0.1:${web.port}/9000000`).catch(() => 'cut');
    expect(await running).to.equal('session_closed');
    expect(await page).to.equal('cut');
    expect(stateIn(theirs())).to.deep.include({ units: 3n, cost: 3n * PRICE });
    expect(await codeOf(startClient(url, 3n * PRICE))).to.equal('session_closed');
  });

  it('are left, with the own count paid, if the hotspot counts too much', async () => {
    const said: unknown[] = [];
    const liar = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      const token = Buffer.alloc(32).toString('base64');
      const answers: Record<string, object> = {
        '/v1/offer': { offer: OFFER, price: `${PRICE}`, nonce: token },
        '/v1/sessions': { token, bytes: 4_000_000, last: null },
        '/v1/vouchers': { bytes: 5_000_001, units: '5', cost: `${5n * PRICE}` },
      };
      if (request.url === '/v1/vouchers') said.push(JSON.parse(body));
      response.end(JSON.stringify(answers[request.url!]));
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    const client = await startClient(`http://127.0.0.1:${(liar.address() as AddressInfo).port}`);
    expect(await codeOf(client.run(new AbortController().signal))).to.equal('report_invalid');
    expect(said).to.have.length(2);
    expect(said[1]).to.deep.include({ leave: true }).and.have.nested.property('voucher.units', '4');
    liar.closeAllConnections();
    liar.close();
  });

  it('lose at most a step when both sides are killed', async function () {
    this.timeout(240_000);
    const children: ChildProcess[] = [];
    const start = async (...args: string[]): Promise<[ChildProcess, number]> => {
      const options = { execArgv: ['--import', 'tsx'] };
      const child = fork(join(__dirname, 'bandwidth-victim.ts'), args, options);
      children.push(child);
      const [port] = (await once(child, 'message')) as [number];
      return [child, port];
    };
    const kill = async (child: ChildProcess) => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    };
    try {
      const [first, firstPort] = await start('hotspot', theirs());
      const [client, clientPort] = await start('client', ours(), `${firstPort}`);
      await getThrough(clientPort, `http://127.0.0.1:${web.port}/15000000`);
      await Promise.all([kill(first), kill(client)]);
      // More than ten megabytes passed only because the first ten were paid and kept.
      const [seller, buyer] = [stateIn(theirs()), stateIn(ours())];
      expect(Number(seller.units)).to.be.at.least(5);
      expect(buyer.units >= seller.units).to.equal(true);
      expect(seller.bytes - Number(seller.units) * 1_000_000).to.be.at.most(11_000_000);

      const [, nextPort] = await start('hotspot', theirs());
      const [again, againPort] = await start('client', ours(), `${nextPort}`);
      await getThrough(againPort, `http://127.0.0.1:${web.port}/7000000`);
      const gone = once(again, 'exit');
      again.send('stop');
      await gone;
      const [sold, bought] = [stateIn(theirs()), stateIn(ours())];
      expect(sold.units).to.equal(bought.units);
      // The counts of both survived but for what was not written yet.
      expect(Number(sold.units)).to.be.within(21, 22);
    } finally {
      await Promise.all(children.map(async (child) => isRunning(child) && kill(child)));
    }
  });
});
