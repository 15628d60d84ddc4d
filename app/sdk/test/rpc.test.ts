import { Connection, Keypair as Key, type Keypair, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { type EmbeddedChain, expectError, nextSlot, startEmbedded } from '../../../tests/support/chain';
import { type ProxyHabits, RpcProxy } from '../../../tests/support/rpc-proxy';
import { caughtUp, connect } from '../src/core/rpc-connection';
import { codeOf, reasonOf } from '../src/core/rpc-errors';
import {
  computeUnits,
  sendAndConfirm,
  TransactionExpired,
  TransactionUnknown,
} from '../src/core/transactions';

const SECRET = 'MYSECRET123';
const VERSIONS = { maxSupportedTransactionVersion: 1 };
const SHORT = { timeoutMs: 100, patienceMs: 400 };

describe('RPC nodes as they are', () => {
  let chain: EmbeddedChain;
  let payer: Keypair;
  let proxy: RpcProxy;

  before(async () => {
    chain = await startEmbedded([], { finalizedAfterSlots: 4, slotMs: 100 });
    payer = chain.payer;
  });
  after(() => chain.close());
  afterEach(() => proxy.close());

  const through = async (habits: ProxyHabits, patience = {}) => {
    proxy = await RpcProxy.start(chain.localnet.rpcUrl, habits);
    return connect(proxy.url, patience);
  };
  const pay = (to = Key.generate().publicKey, lamports = 1_000_000) =>
    SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports });

  describe('a transaction', () => {
    it('is found to have landed without any WebSocket', async () => {
      const connection = await through({});
      const to = Key.generate().publicKey;
      await sendAndConfirm(connection, payer, [pay(to)]);
      expect(await connection.getBalance(to)).to.equal(1_000_000);
    });

    it('is found to have landed though the answer to sending it was lost', async () => {
      const connection = await through({ losesAnswers: 504 });
      const to = Key.generate().publicKey;
      await sendAndConfirm(connection, payer, [pay(to)]);
      expect(await connection.getBalance(to)).to.equal(1_000_000);
      expect(proxy.counts.get('sendTransaction')).to.equal(1);
    });

    it('lands once though the node took it and complained, once or for ever', async () => {
      for (const times of [1, Number.POSITIVE_INFINITY]) {
        const complains = { message: 'Internal error: upstream request timed out', times };
        const connection = await through({ complains });
        const to = Key.generate().publicKey;
        await sendAndConfirm(connection, payer, [pay(to)]);
        expect(await connection.getBalance(to)).to.equal(1_000_000);
        await proxy.close();
      }
      proxy = await RpcProxy.start(chain.localnet.rpcUrl);
    });

    it('expires only once it certainly never lands', async () => {
      const connection = await through({ losesTransactions: true });
      const to = Key.generate().publicKey;
      const sent = sendAndConfirm(connection, payer, [pay(to)]);
      const skipping = setInterval(() => chain.localnet.advanceSlots(60), 200);
      const error = await sent.catch((reason: unknown) => reason);
      clearInterval(skipping);
      expect(error).to.be.instanceOf(TransactionExpired);
      expect((error as Error).message).to.match(/transaction \w{80,} did not land .* nothing happened/);
      expect(await chain.connection.getBalance(to)).to.equal(0);
    });

    it('is unknown where the node stops answering, and its signature is named', async () => {
      const connection = await through({}, SHORT);
      const hanging = new Set(['getSignatureStatuses']);
      proxy.habits.hangs = hanging;
      const sent = sendAndConfirm(connection, payer, [pay()], { patienceMs: 300 });
      const error = await sent.catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TransactionUnknown);
      const { signature, message } = error as TransactionUnknown;
      expect(message).to.include(signature).and.include('may have landed').and.include(proxy.url);
    });

    it('is refused with the name of the reason, also without preflight', async () => {
      const connection = await through({ skipsPreflight: true });
      await expectError(
        sendAndConfirm(connection, payer, [pay(undefined, 2 ** 52)]),
        /system program refused: the paying wallet has too little SOL.*\(ResultWithNegativeLamports, 1\)/,
      );
    });
  });

  it('a transaction waits for the machine that checks it, though that is 32 slots behind the one that gave its blockhash', async () => {
    const late = await startEmbedded([], { finalizedAfterSlots: 32, slotMs: 100 });
    try {
      proxy = await RpcProxy.start(late.localnet.rpcUrl, { checksLate: true });
      while ((await late.connection.getBalance(late.payer.publicKey, 'finalized')) === 0)
        await nextSlot(late.connection);
      const to = Key.generate().publicKey;
      const transfer = SystemProgram.transfer({
        fromPubkey: late.payer.publicKey,
        toPubkey: to,
        lamports: 1_000_000,
      });
      await sendAndConfirm(connect(proxy.url), late.payer, [transfer]);
      expect(await late.connection.getBalance(to)).to.equal(1_000_000);
    } finally {
      await late.close();
    }
  });

  describe('reads after a transaction', () => {
    it('never show what was before it, whichever machine answers', async () => {
      const connection = await through({ lags: true });
      for (let round = 0; round < 3; round++) {
        const to = Key.generate().publicKey;
        await sendAndConfirm(connection, payer, [pay(to)]);
        expect(await connection.getBalance(to)).to.equal(1_000_000);
        expect((await connection.getAccountInfo(to))?.lamports).to.equal(1_000_000);
      }
    });

    it('wait for the transaction itself', async () => {
      const connection = await through({ lags: true });
      const signature = await sendAndConfirm(connection, payer, [pay()]);
      expect(await computeUnits(connection, signature)).to.be.above(0);
    });

    it('wait for a connection that was made elsewhere', async () => {
      proxy = await RpcProxy.start(chain.localnet.rpcUrl, { lags: true });
      const connection = new Connection(proxy.url, 'confirmed');
      const to = Key.generate().publicKey;
      await sendAndConfirm(connection, payer, [pay(to)]);
      expect(await connection.getBalance(to)).to.equal(1_000_000);
      await caughtUp(connection);
    });

    it('read what is final as it is, without waiting for the newest slot', async () => {
      const connection = await through({});
      const to = Key.generate().publicKey;
      await sendAndConfirm(connection, payer, [pay(to)]);
      expect(await connection.getBalance(to, 'finalized')).to.equal(0);
    });

    it('error: a node that stays behind', async () => {
      const connection = await through({ lags: true }, { patienceMs: 50 });
      await sendAndConfirm(connection, payer, [pay()]);
      await expectError(connection.getBalance(payer.publicKey), /is behind: it has not reached slot \d+ yet/);
    });
  });

  describe('requests', () => {
    it('are repeated where a node limits them or its gateway fails', async () => {
      for (const status of [429, 502, 503, 504]) {
        const connection = await through({ fails: { status, of10: 5 } });
        for (let round = 0; round < 8; round++) await connection.getBalance(payer.publicKey);
        await proxy.close();
      }
      proxy = await RpcProxy.start(chain.localnet.rpcUrl);
    });

    it('have a time limit', async () => {
      const connection = await through({ hangs: 'all' }, SHORT);
      const start = Date.now();
      await expectError(connection.getSlot(), 'rpc-timeout');
      expect(Date.now() - start).to.be.within(90, 2_000);
      proxy.habits.hangs = new Set();
      expect(await connection.getSlot()).to.be.a('number');
    });

    it('are not repeated if they may have had an effect', async () => {
      const connection = await through({ fails: { status: 502, of10: 10 } });
      await expectError(connection.requestAirdrop(payer.publicKey, 1), 'rpc-failed');
      expect(proxy.counts.get('requestAirdrop')).to.equal(1);
    });

    const refused = (code: number, message: string) => JSON.stringify({ id: null, error: { code, message } });
    const answers: [string, { status: number; text: string }, RegExp, string][] = [
      ['a page', { status: 200, text: '<html>Just a moment</html>' }, /does not answer in JSON-RPC/, 'many'],
      ['nothing', { status: 200, text: '' }, /does not answer in JSON-RPC/, 'many'],
      ['no result', { status: 200, text: '{}' }, /does not answer in JSON-RPC/, 'many'],
      [
        'half a result',
        { status: 200, text: '{"jsonrpc":"2.0","result":{"con' },
        /not answer in JSON/,
        'many',
      ],
      [
        'a limit as -32005',
        { status: 200, text: refused(-32005, 'RPS limit exceeded') },
        /limits requests/,
        'many',
      ],
      [
        'a limit as -32007',
        { status: 200, text: refused(-32007, '50/second request limit reached') },
        /limits/,
        'many',
      ],
      ['-32005', { status: 200, text: refused(-32005, 'Node is behind by 42 slots') }, /not in step/, 'many'],
      ['-32016', { status: 200, text: refused(-32016, 'Minimum context slot') }, /is behind/, 'many'],
      [
        '-32015',
        { status: 200, text: refused(-32015, 'Version (1) is not supported') },
        /Version \(1\) is/,
        'once',
      ],
      [
        'an error without id',
        { status: 400, text: refused(-32602, 'Bad address') },
        /: Bad address$/,
        'once',
      ],
      ['a text as error', { status: 200, text: '{"error":"no credits left"}' }, /no credits left$/, 'once'],
      [
        'no access',
        { status: 403, text: '{"error":"denied"}' },
        /refuses access \(HTTP status 403\)/,
        'once',
      ],
      ['408', { status: 408, text: '' }, /HTTP status 408/, 'many'],
      ['522', { status: 522, text: '<html></html>' }, /HTTP status 522/, 'many'],
      ['404', { status: 404, text: 'no' }, /HTTP status 404: check its address/, 'once'],
    ];
    for (const [what, says, message, tries] of answers)
      it(`error: the answer is ${what}, which is asked for ${tries === 'many' ? 'again' : 'once'}`, async () => {
        const connection = await through({ says }, SHORT);
        const error = await connection.getTransaction('1'.repeat(64), VERSIONS).catch((e: unknown) => e);
        expect(reasonOf(error)).to.match(message);
        expect(codeOf(error, 'none')).to.match(/^(rpc-|bad-rpc-)/);
        const count = proxy.counts.get('getTransaction');
        if (tries === 'once') expect(count).to.equal(1);
        else expect(count).to.be.above(1);
      });

    it('error: what a node repeats of its address is not shown', async () => {
      const basic = Buffer.from(`user:${SECRET}`).toString('base64');
      await through({});
      for (const [url, secret] of [
        [`${proxy.url}/v2/${SECRET}`, SECRET],
        [`${proxy.url}/?api-key=${SECRET}`, SECRET],
        [proxy.url.replace('//', `//${SECRET}@`), SECRET],
        [proxy.url.replace('//', `//user:${SECRET}@`), basic],
      ] as const) {
        const refusal = { code: -32000, message: `${secret} may not ask`, data: secret };
        proxy.habits.says = { status: 200, text: JSON.stringify({ error: refusal }) };
        const error = await connect(url)
          .getTransaction('1'.repeat(64), VERSIONS)
          .catch((reason: unknown) => reason);
        expect(reasonOf(error)).to.include('*** may not ask');
        expect(JSON.stringify(error)).to.not.include(secret);
      }
    });

    it('carry user and password as a header', async () => {
      await through({ key: `user:${SECRET}` });
      const connection = connect(proxy.url.replace('http://', `http://user:${SECRET}@`));
      expect(await connection.getSlot()).to.be.a('number');
      expect(connection.rpcEndpoint).to.not.include(SECRET);
    });

    it('error: no address, and none that tells a secret', async () => {
      proxy = await RpcProxy.start(chain.localnet.rpcUrl, { key: SECRET });
      for (const url of [
        `${proxy.url}/?api-key=${SECRET}x`,
        `${proxy.url}/v2/${SECRET}`,
        proxy.url.replace('http://', `http://user:${SECRET}@`),
        `http://user:${SECRET}@127.0.0.1:1/`,
        `http://127.0.0.1:1/?api-key=${SECRET}`,
        `https://user:${SECRET}@[bad`,
        `ftp://user:${SECRET}@host`,
      ]) {
        const failed = (async () => connect(url, SHORT).getSlot())();
        const error = await failed.catch((reason: unknown) => reason);
        expect(reasonOf(error), url).to.not.include(SECRET);
        expect(JSON.stringify(error), url).to.not.include(SECRET);
      }
    });
  });

  it('any thrown value gives a reason', async () => {
    await through({});
    expect(reasonOf({ InstructionError: [0, { Custom: 6045 }] })).to.include('6045');
    expect(reasonOf(undefined)).to.equal('an unknown error');
    expect(reasonOf(new AggregateError([new Error('a'), new Error('b')]))).to.equal('a, b');
    expect(reasonOf(new Error(''))).to.equal('Error');
  });
});
