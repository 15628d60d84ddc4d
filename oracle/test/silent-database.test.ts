import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { DynamoStore, dynamoClient } from '../src/storage/dynamo';
import { jsonBytes } from '../src/storage/store';

describe('a database that takes requests and never answers', () => {
  let server: Server;
  let asked = 0;

  before(async () => {
    server = createServer(() => {
      asked++;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('error: store-unavailable, after some tries, instead of waiting for ever', async () => {
    const { port } = server.address() as AddressInfo;
    const client = dynamoClient(`http://127.0.0.1:${port}`, 50);
    const failure = await new DynamoStore(client, 'table')
      .insert('p', 's', jsonBytes(1))
      .catch((error: unknown) => error);
    client.destroy();
    expect(failure).to.include({ code: 'store-unavailable', status: 503 });
    expect(asked).to.be.within(1, 5);
  });
});
