import { once } from 'node:events';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { expect } from 'chai';
import { World } from './support/world';

describe('an oracle that is stopping', () => {
  let world: World;

  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  /** Whether a new connection gets an answer. */
  const answers = (url: string) =>
    new Promise<boolean>((resolve) => {
      get(`${url}/health`, { agent: false }, (response) => {
        response.resume().on('end', () => resolve(true));
      }).on('error', () => resolve(false));
    });

  it('answers earlier requests and closes the connection, so that no peer keeps it running', async () => {
    const { url } = world.at(0).server;
    const body = '{"reports":[]}';
    const asked = request(`${url}/v1/reports`, {
      method: 'POST',
      agent: new Agent({ keepAlive: true }),
      headers: { 'content-type': 'application/json', 'content-length': body.length },
    });
    asked.write(body.slice(0, 5));
    expect(await answers(url)).to.equal(true);

    const stopped = world.kill(0);
    while (await answers(url));
    asked.end(body.slice(5));
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).to.equal(400);
    expect(response.headers.connection).to.equal('close');
    response.resume();
    await stopped;
  });
});
