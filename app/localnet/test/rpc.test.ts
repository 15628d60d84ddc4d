import { request } from 'node:http';
import { Keypair, SystemProgram, Transaction } from '@solana/web3.js';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { MAX_BODY_BYTES } from '../src/http';
import { type Fixture, post, startFixture, transfer } from './support';

const call = (method: string, params: unknown = [], id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});

describe('localnet: JSON-RPC', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
  });
  after(() => fixture.localnet.close());

  const code = async (body: unknown) => {
    const { json } = await post(fixture.localnet, typeof body === 'string' ? body : JSON.stringify(body));
    return json.error?.code;
  };

  it('answers batches in order, without notifications', async () => {
    const batch = [
      call('getHealth', [], 'a'),
      call('nonsense', [], 'b'),
      { jsonrpc: '2.0', method: 'getHealth' },
      7,
    ];
    const { json } = await post(fixture.localnet, JSON.stringify(batch));
    expect(json).to.have.length(3);
    expect(json[0]).to.deep.equal({ jsonrpc: '2.0', result: 'ok', id: 'a' });
    expect(json[1].error.code).to.equal(-32601);
    expect(json[2].error.code).to.equal(-32600);
  });

  it('error: invalid requests, with their JSON-RPC codes', async () => {
    expect(await code('{')).to.equal(-32700);
    expect(await code('')).to.equal(-32700);
    expect(await code('[]')).to.equal(-32600);
    expect(await code('null')).to.equal(-32600);
    expect(await code({ id: 1, method: 'getHealth' })).to.equal(-32600);
    expect(await code(call('__proto__'))).to.equal(-32601);
    expect(await code(call('toString'))).to.equal(-32601);
    expect(await code(call('signatureSubscribe', ['x']))).to.equal(-32601);
  });

  it('error: wrong parameters of every method', async () => {
    const wrong: [string, unknown][] = [
      ['getBalance', []],
      ['getBalance', ['x']],
      ['getBalance', ['1'.repeat(10_000)]],
      ['getBalance', { address: 'x' }],
      ['getBalance', ['11111111111111111111111111111111', { commitment: 'certain' }]],
      ['getBlockTime', [-1]],
      ['getBlockTime', [1.5]],
      ['getMultipleAccounts', [Array(101).fill('11111111111111111111111111111111')]],
      [
        'getProgramAccounts',
        ['11111111111111111111111111111111', { filters: [{ memcmp: { offset: 0, bytes: '0' } }] }],
      ],
      ['getSignaturesForAddress', ['11111111111111111111111111111111', { commitment: 'processed' }]],
      ['getSignaturesForAddress', ['11111111111111111111111111111111', { limit: 1001 }]],
      ['getTokenSupply', ['11111111111111111111111111111111']],
      ['requestAirdrop', ['11111111111111111111111111111111', 'all']],
      ['sendTransaction', [5]],
      ['sendTransaction', ['not base64!', { encoding: 'base64' }]],
      ['sendTransaction', ['AAAA', { encoding: 'base64' }]],
      ['sendTransaction', [Buffer.alloc(1232, 1).toString('base64'), { encoding: 'base64' }]],
      ['sendTransaction', [Buffer.alloc(2000).toString('base64'), { encoding: 'base64' }]],
      ['simulateTransaction', ['', { encoding: 'base64' }]],
      ['getFeeForMessage', ['gQ==']],
    ];
    for (const [method, params] of wrong) {
      expect(await code(call(method, params)), `${method} ${JSON.stringify(params).slice(0, 80)}`).to.equal(
        -32602,
      );
    }
    expect(
      await code(call('getBalance', ['11111111111111111111111111111111', { minContextSlot: 2 ** 40 }])),
    ).to.equal(-32016);
  });

  it('error: damaged transactions, which never stop the chain', async () => {
    const { connection, payer } = fixture;
    const { blockhash } = await connection.getLatestBlockhash();
    const transaction = new Transaction({ feePayer: payer.publicKey, blockhash, lastValidBlockHeight: 0 });
    transaction.add(transfer(payer.publicKey, payer.publicKey, 1));
    transaction.sign(payer);
    const wire = transaction.serialize();
    const variants = Array.from(wire.keys()).flatMap((position) =>
      [0x01, 0x80, 0xff].map((flip) => {
        const damaged = Buffer.from(wire);
        damaged[position] = damaged.readUInt8(position) ^ flip;
        return damaged;
      }),
    );
    const cut = Array.from(wire.keys()).map((length) => wire.subarray(0, length));
    const bodies = [...variants, ...cut, Buffer.concat([wire, Buffer.from([0])])].flatMap((bytes, id) => [
      call('sendTransaction', [bytes.toString('base64'), { encoding: 'base64', skipPreflight: true }], id),
      call(
        'simulateTransaction',
        [bytes.toString('base64'), { encoding: 'base64', replaceRecentBlockhash: true }],
        id,
      ),
    ]);
    const before = await connection.getTransactionCount();
    for (let start = 0; start < bodies.length; start += 50) {
      const { status } = await post(fixture.localnet, JSON.stringify(bodies.slice(start, start + 50)));
      expect(status).to.equal(200);
    }
    expect(await connection.getTransactionCount()).to.equal(before);
  });

  it('error: requests that are not a POST of JSON, or too large', async () => {
    const { localnet } = fixture;
    expect((await fetch(localnet.rpcUrl)).status).to.equal(405);
    expect(await (await fetch(`${localnet.rpcUrl}/health`)).text()).to.equal('ok');
    expect((await post(localnet, '{}', { 'content-type': 'text/plain' })).status).to.equal(415);
    expect((await post(localnet, ' '.repeat(MAX_BODY_BYTES + 1))).status).to.equal(413);
    const preflight = await fetch(localnet.rpcUrl, { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-origin')).to.equal('*');
  });

  describe('64-bit integers, which other languages send', () => {
    const largest = '18446744073709551615';
    const raw = async (method: string, params: string, id = '1') => {
      const body = `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`;
      const { rpcUrl } = fixture.localnet;
      const headers = { 'content-type': 'Application/JSON; charset=UTF-8' };
      return (await fetch(rpcUrl, { method: 'POST', body, headers })).text();
    };

    it('are answered with the same id, to its last digit', async () => {
      expect(await raw('getHealth', '[]', largest)).to.include(`"id":${largest}}`);
      expect(await raw('getHealth', '[]', '9007199254740993')).to.include('"id":9007199254740993}');
      expect(await raw('getHealth', '[]', `"${largest}"`)).to.include(`"id":"${largest}"}`);
    });

    it('are slots that are never reached, and the rest of an account’s data', async () => {
      const wallet = Keypair.generate().publicKey.toBase58();
      expect(JSON.parse(await raw('getSlot', `[{"minContextSlot":${largest}}]`)).error.code).to.equal(-32016);
      expect(JSON.parse(await raw('getBlock', `[${largest}]`)).error.code).to.equal(-32004);
      const clock = '"SysvarC1ock11111111111111111111111111111111"';
      const slice = `"encoding":"base64","dataSlice":{"offset":8,"length":${largest}}`;
      const { result } = JSON.parse(await raw('getAccountInfo', `[${clock},{${slice}}]`));
      expect(Buffer.from(result.value.data[0], 'base64')).to.have.length(40 - 8);
      const beyond = `[${clock},{"encoding":"base64","dataSlice":{"offset":${largest},"length":1}}]`;
      expect(JSON.parse(await raw('getAccountInfo', beyond)).result.value.data[0]).to.equal('');
      expect(
        JSON.parse(await raw('requestAirdrop', `["${wallet}",18446744073709551616]`)).error.code,
      ).to.equal(-32602);
    });

    it('are exact amounts', async () => {
      const wallet = Keypair.generate().publicKey.toBase58();
      await raw('requestAirdrop', `["${wallet}",10000000000000001]`);
      const balance = await raw('getBalance', `["${wallet}",{"commitment":"confirmed"}]`);
      expect(balance).to.include('"value":10000000000000001}');
    });

    it('leave no account beyond whose end an empty filter matches', async () => {
      const filter = (offset: number) => ({
        filters: [{ memcmp: { offset, bytes: '' } }],
        encoding: 'base64',
      });
      const found = async (offset: number) =>
        (
          await post(
            fixture.localnet,
            JSON.stringify(call('getProgramAccounts', [SystemProgram.programId.toBase58(), filter(offset)])),
          )
        ).json.result.length;
      expect(await found(0)).to.be.above(0);
      expect(await found(1_000_000)).to.equal(0);
    });
  });

  it('error: an invalid request, answered with its id', async () => {
    const { json } = await post(
      fixture.localnet,
      '[{"jsonrpc":"2.0","id":7,"method":5},{"id":"x"},{"id":{}}]',
    );
    expect(json.map(({ id }: { id: unknown }) => id)).to.deep.equal([7, 'x', null]);
  });

  it('error: a broken connection, which affects no other', async () => {
    const url = new URL(fixture.localnet.rpcUrl);
    const broken = request({
      host: url.hostname,
      port: url.port,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '100' },
    });
    broken.on('error', () => undefined);
    broken.write('{"jsonrpc"');
    await new Promise((resolve) => broken.once('socket', (socket) => socket.once('connect', resolve)));
    broken.destroy();
    expect((await post(fixture.localnet, JSON.stringify(call('getHealth')))).json.result).to.equal('ok');
  });

  it('error: unknown methods, bad ids and invalid JSON over WebSocket', async () => {
    const socket = new WebSocket(fixture.localnet.wsUrl);
    await new Promise((resolve) => socket.once('open', resolve));
    const ask = (text: string) =>
      new Promise<{ error?: { code: number } }>((resolve) => {
        socket.once('message', (data) => resolve(JSON.parse(data.toString())));
        socket.send(text);
      });
    expect((await ask('{')).error?.code).to.equal(-32700);
    expect((await ask(JSON.stringify(call('getHealth')))).error?.code).to.equal(-32601);
    expect((await ask(JSON.stringify(call('slotUnsubscribe', [123_456])))).error?.code).to.equal(-32602);
    expect((await ask(JSON.stringify(call('accountSubscribe', ['x'])))).error?.code).to.equal(-32602);
    socket.close();
  });
});
