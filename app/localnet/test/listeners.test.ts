import { once } from 'node:events';
import { connect } from 'node:net';
import { Keypair, LAMPORTS_PER_SOL } from '@solana/web3.js';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { makeAccount } from '../src/chain/account';
import { Chain } from '../src/chain/chain';
import { freePort } from '../src/free-port';
import { Topics } from '../src/rpc/topics';
import { closeWebSocket, serveWebSocket } from '../src/websocket';
import { type Fixture, signed, startFixture, transfer } from './support';

interface Message {
  id?: number;
  result?: unknown;
  error?: { code: number };
  method?: string;
  params?: { result: { context: object; value: { data: unknown; lamports: number } } };
}

/** A WebSocket client without a library. `next` waits for a message. */
async function listener(url: string) {
  const socket = new WebSocket(url);
  const messages: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString());
    const resolve = waiting.shift();
    if (resolve) resolve(message);
    else messages.push(message);
  });
  await once(socket, 'open');
  const next = () => {
    const message = messages.shift();
    return message ? Promise.resolve(message) : new Promise<Message>((resolve) => waiting.push(resolve));
  };
  const subscribe = async (method: string, params: unknown[]) => {
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    expect((await next()).result).to.be.a('number');
  };
  return { socket, next, subscribe };
}

describe('localnet: listeners that fail', () => {
  let fixture: Fixture;
  const large = Keypair.generate().publicKey;
  const owner = Keypair.generate().publicKey;
  before(async () => {
    fixture = await startFixture({
      accounts: [{ address: large, lamports: 10_000_000n, owner, data: new Uint8Array(200) }],
    });
  });
  after(() => fixture.localnet.close());

  const pay = async () => {
    const { connection, payer } = fixture;
    const { transaction } = await signed(
      connection,
      payer,
      transfer(payer.publicKey, large, LAMPORTS_PER_SOL),
    );
    return connection.sendRawTransaction(transaction.serialize());
  };

  it('notifies by default about an account that is too large for base58', async () => {
    const { socket, next, subscribe } = await listener(fixture.localnet.wsUrl);
    await subscribe('accountSubscribe', [large.toBase58()]);
    await subscribe('programSubscribe', [owner.toBase58(), { commitment: 'confirmed', encoding: 'base58' }]);
    await subscribe('accountSubscribe', [large.toBase58(), { commitment: 'confirmed', encoding: 'base64' }]);
    expect(await pay()).to.be.a('string');
    const byCommitment = [await next(), await next(), await next()];
    const data = byCommitment.map(({ params }) => {
      const value = params!.result.value as { data?: unknown; account?: { data: unknown } };
      return value.account?.data ?? value.data;
    });
    expect(data).to.have.deep.members([
      'error: data too large for bs58 encoding',
      ['error: data too large for bs58 encoding', 'base58'],
      [Buffer.alloc(200).toString('base64'), 'base64'],
    ]);
    expect(Object.keys(byCommitment[0]!.params!.result.context)).to.deep.equal(['slot']);
    socket.close();
  });

  it('outlives broken sockets, whose neighbours hear on', async () => {
    const neighbour = await listener(fixture.localnet.wsUrl);
    await neighbour.subscribe('accountSubscribe', [
      large.toBase58(),
      { commitment: 'confirmed', encoding: 'base64' },
    ]);
    const { port, hostname } = new URL(fixture.localnet.wsUrl);
    const garbage = connect(Number(port), hostname);
    await once(garbage, 'connect');
    garbage.end('no handshake\r\n\r\n');
    await once(garbage.resume(), 'close');
    const broken = await listener(fixture.localnet.wsUrl);
    await broken.subscribe('accountSubscribe', [large.toBase58(), { commitment: 'confirmed' }]);
    broken.socket.terminate();
    const invalid = await listener(fixture.localnet.wsUrl);
    await invalid.subscribe('slotSubscribe', []);
    // A frame with a reserved bit: the connection ends with a protocol error.
    (invalid.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from([0xf1, 0x80, 0, 0, 0, 0]),
    );
    await once(invalid.socket, 'close');
    await pay();
    expect((await neighbour.next()).method).to.equal('accountNotification');
    neighbour.socket.close();
  });

  it('ends the connection of a listener that reads nothing, and of no other', async () => {
    const chain = new Chain({
      clock: Date,
      historyCapacity: 100,
      delays: { confirmed: 0, finalized: 0 },
      rentLamportsPerByte: 0,
      hasOwnTime: true,
    });
    const server = await serveWebSocket(chain, '127.0.0.1', await freePort(), 1024 * 1024);
    const url = `ws://127.0.0.1:${(server.address() as { port: number }).port}`;
    const watched = Keypair.generate().publicKey;
    const payer = Keypair.generate();
    chain.faucet.airdrop(payer.publicKey.toBytes(), 10n ** 12n);
    chain.setAccount(watched.toBytes(), makeAccount(1n, new Uint8Array(2 * 1024 * 1024), owner.toBytes()));
    const params = [watched.toBase58(), { commitment: 'processed', encoding: 'base64' }];
    const slow = await listener(url);
    await slow.subscribe('accountSubscribe', params);
    const closed = once(slow.socket, 'close');
    slow.socket.pause();
    const quick = await listener(url);
    await quick.subscribe('accountSubscribe', params);
    for (let round = 0; server.clients.size > 1; round++) {
      expect(round, 'notifications to a listener that reads nothing').to.be.lessThan(100);
      chain.faucet.airdrop(watched.toBytes(), 1n);
      expect((await quick.next()).method).to.equal('accountNotification');
    }
    slow.socket.resume();
    await closed;
    expect(quick.socket.readyState).to.equal(WebSocket.OPEN);
    quick.socket.close();
    await closeWebSocket(server);
  });

  it('hands what a listener throws to it alone', () => {
    const topics = new Topics<number>();
    const heard: number[] = [];
    const failures: unknown[] = [];
    const bad = new Error('bad listener');
    const throwing = {
      hear: () => {
        throw bad;
      },
      failed: (error: unknown) => failures.push(error),
    };
    topics.add('key', throwing);
    topics.add('key', { hear: (value) => heard.push(value), failed: (error) => failures.push(error) });
    topics.tell('key', 7);
    expect(heard).to.deep.equal([7]);
    expect(failures).to.deep.equal([bad]);
  });
});
