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
