import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { OracleClient } from '../src/oracle';

const SECRET = 'MYSECRET123';

describe('an oracle behind a gateway', () => {
  let server: Server;
  let at: string;
  let asked: string[];

  before(async () => {
    server = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.writeHead(url.includes(SECRET) ? 200 : 403).end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
  });
  after(() => server.close());

  it('is asked with the query of its address', async () => {
    const oracle = new OracleClient(`http://${at}/gate/?api-key=${SECRET}`);
    await oracle.part(1, 'ab');
    await oracle.devices({ limit: 5 }).catch(() => undefined);
    const [part, devices] = asked;
    expect(part).to.equal(`/gate/v1/epochs/1/parts/ab?api-key=${SECRET}`);
    expect(devices).to.equal(`/gate/v1/devices?limit=5&api-key=${SECRET}`);
  });

  it('error: no message tells what its address keeps secret', async () => {
    for (const [url, code] of [
      [`http://${at}/?key=${SECRET}`, 'bad-answer'],
      [`http://user:${SECRET}@${at}/`, 'bad-answer'],
      [`http://user:${SECRET}@127.0.0.1:1/?key=${SECRET}`, 'unreachable'],
    ] as const) {
      const oracle = new OracleClient(url);
      const error = await oracle.network().catch((reason: unknown) => reason);
      expect(error, url).to.include({ code });
      expect(`${error} ${JSON.stringify(error)} ${oracle.url}`, url).to.not.include(SECRET);
    }
  });
});

describe('an oracle that closes connections', () => {
  /** Answers with these, or closes the connection. */
  const serve = async (answer: 'answers' | 'cuts off', port = 0) => {
    let asked = 0;
    const server = createServer(({ socket }, response) => {
      asked++;
      if (answer === 'answers') response.end('{}');
      else socket.destroy();
    });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return {
      port: (server.address() as AddressInfo).port,
      asked: () => asked,
      close: async () => {
        const closed = once(server, 'close');
        server.close();
        server.closeIdleConnections();
        await closed;
      },
    };
  };

  it('is asked again, on another connection than the one it has just closed', async () => {
    const first = await serve('answers');
    const oracle = new OracleClient(`http://127.0.0.1:${first.port}`);
    await oracle.part(1, 'ab');
    await first.close();
    const second = await serve('answers', first.port);
    try {
      expect(Buffer.from(await oracle.part(1, 'ab')).toString()).to.equal('{}');
    } finally {
      await second.close();
    }
  });

  it('error: unreachable if it closes that too; reports are sent once, by whoever sends them', async () => {
    const server = await serve('cuts off');
    try {
      const oracle = new OracleClient(`http://127.0.0.1:${server.port}`);
      expect(await oracle.part(1, 'ab').catch((error: unknown) => error)).to.include({ code: 'unreachable' });
      expect(server.asked()).to.equal(2);
      const report = { report: '', signature: '' };
      expect(await oracle.submit([report]).catch((error: unknown) => error)).to.include({
        code: 'unreachable',
      });
      expect(server.asked()).to.equal(3);
    } finally {
      await server.close();
    }
  });
});
