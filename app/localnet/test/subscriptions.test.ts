import { once } from 'node:events';
import {
  type AccountInfo,
  type KeyedAccountInfo,
  Keypair,
  LAMPORTS_PER_SOL,
  type Logs,
  SystemProgram,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import bs58 from 'bs58';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { type Fixture, signed, startFixture, transfer } from './support';

/** Collects the values of a callback; `next` waits for the next one. */
function inbox<T>() {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put: (item: T) => {
      const resolve = waiting.shift();
      if (resolve) resolve(item);
      else items.push(item);
    },
    next: () => {
      const item = items.shift();
      return item === undefined ? new Promise<T>((resolve) => waiting.push(resolve)) : Promise.resolve(item);
    },
  };
}

interface ParsedBlock {
  transactions: { transaction: { signatures: string[]; message: { instructions: object[] } } }[];
}

interface Vote {
  votePubkey: string;
  slots: number[];
}

describe('localnet: subscriptions', () => {
  let fixture: Fixture;
  // web3.js reconnects as long as it has subscriptions, so each test ends its own.
  let unsubscribe: (() => Promise<void>)[];
  beforeEach(async () => {
    fixture = await startFixture({ slotMs: 20, finalizedAfterSlots: 3 });
    unsubscribe = [];
  });
  afterEach(async () => {
    await Promise.all(unsubscribe.map((end) => end()));
    await fixture.localnet.close();
  });

  function track(remove: (id: number) => Promise<void>, id: number): void {
    unsubscribe.push(() => remove.call(fixture.connection, id));
  }

  /** Waits until earlier subscriptions are active: requests of one connection are answered in order. */
  async function inForce(): Promise<void> {
    const slots = inbox<number>();
    const id = fixture.connection.onRootChange((root) => slots.put(root));
    await slots.next();
    await fixture.connection.removeRootChangeListener(id);
  }

  async function pay(to: Keypair['publicKey'], lamports: number, options = {}): Promise<string> {
    const { connection, payer } = fixture;
    const { transaction } = await signed(connection, payer, transfer(payer.publicKey, to, lamports));
    return connection.sendRawTransaction(transaction.serialize(), options);
  }

  it('notifies about an account’s changes at each commitment', async () => {
    const { connection } = fixture;
    const watched = Keypair.generate().publicKey;
    const seen = { confirmed: inbox<AccountInfo<Buffer>>(), finalized: inbox<AccountInfo<Buffer>>() };
    track(
      connection.removeAccountChangeListener,
      connection.onAccountChange(watched, seen.confirmed.put, { commitment: 'confirmed' }),
    );
    track(
      connection.removeAccountChangeListener,
      connection.onAccountChange(watched, seen.finalized.put, { commitment: 'finalized' }),
    );
    await inForce();
    await pay(watched, LAMPORTS_PER_SOL);
    expect((await seen.confirmed.next()).lamports).to.equal(LAMPORTS_PER_SOL);
    await pay(watched, 2 * LAMPORTS_PER_SOL);
    expect((await seen.confirmed.next()).lamports).to.equal(3 * LAMPORTS_PER_SOL);
    const final = await seen.finalized.next();
    expect(final.lamports).to.be.oneOf([LAMPORTS_PER_SOL, 3 * LAMPORTS_PER_SOL]);
  });

  it('notifies about logs that mention an address, and about failures', async () => {
    const { connection } = fixture;
    const mentioned = Keypair.generate().publicKey;
    const logs = inbox<Logs>();
    const all = inbox<Logs>();
    track(connection.removeOnLogsListener, connection.onLogs(mentioned, logs.put, 'confirmed'));
    track(connection.removeOnLogsListener, connection.onLogs('all', all.put, 'confirmed'));
    await inForce();
    const other = await pay(Keypair.generate().publicKey, 1_000_000);
    const failed = await pay(mentioned, Number.MAX_SAFE_INTEGER, { skipPreflight: true });
    const told = await logs.next();
    expect(told.signature).to.equal(failed);
    expect(told.err).to.deep.equal({ InstructionError: [0, { Custom: 1 }] });
    expect(told.logs[0]).to.contain('invoke [1]');
    expect((await all.next()).signature).to.equal(other);
  });

  it('notifies about a program’s accounts that match filters', async () => {
    const { connection } = fixture;
    const accounts = inbox<KeyedAccountInfo>();
    track(
      connection.removeProgramAccountChangeListener,
      connection.onProgramAccountChange(SystemProgram.programId, accounts.put, {
        commitment: 'confirmed',
        filters: [{ dataSize: 0 }],
      }),
    );
    await inForce();
    const receiver = Keypair.generate().publicKey;
    await pay(receiver, 1_000_000);
    const changed = [await accounts.next(), await accounts.next()].map(({ accountId }) =>
      accountId.toBase58(),
    );
    expect(changed).to.include(receiver.toBase58());
  });

  it('confirms a transaction that was final before the subscription', async () => {
    const { connection, localnet } = fixture;
    const latest = await connection.getLatestBlockhash();
    const signature = await pay(Keypair.generate().publicKey, 1_000_000);
    localnet.advanceSlots(5);
    const { value } = await connection.confirmTransaction({ signature, ...latest }, 'finalized');
    expect(value.err).to.equal(null);
  });

  it('confirms at finalized only once the transaction is final', async () => {
    const { connection } = fixture;
    const latest = await connection.getLatestBlockhash();
    const signature = await pay(Keypair.generate().publicKey, 1_000_000);
    const slot = (await connection.getSignatureStatus(signature)).value?.slot ?? 0;
    await connection.confirmTransaction({ signature, ...latest }, 'finalized');
    expect(await connection.getSlot('processed')).to.be.at.least(slot + 3);
  });

  it('notifies about slots until unsubscribed', async () => {
    const { connection } = fixture;
    const slots = inbox<{ slot: number; parent: number; root: number }>();
    const id = connection.onSlotChange(slots.put);
    const first = await slots.next();
    const second = await slots.next();
    expect(second.slot).to.equal(first.slot + 1);
    expect(second.root).to.equal(second.slot - 3);
    await connection.removeSlotChangeListener(id);
  });

  describe('that web3.js has no types for', () => {
    type Told = { result: unknown; subscription: number };
    let socket: WebSocket;
    let told: ReturnType<typeof inbox<Told>>;
    beforeEach(async () => {
      socket = new WebSocket(fixture.localnet.wsUrl);
      told = inbox();
      await once(socket, 'open');
    });
    afterEach(() => socket.close());

    async function ask(method: string, ...params: unknown[]) {
      const answer = new Promise<{ result?: number; error?: { code: number } }>((resolve) => {
        socket.once('message', (data) => {
          socket.on('message', (later) => told.put(JSON.parse(later.toString()).params));
          resolve(JSON.parse(data.toString()));
        });
      });
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
      return answer;
    }
    const next = async <T>() => (await told.next()).result as T;

    it('tells of every slot what a validator tells', async () => {
      expect((await ask('slotsUpdatesSubscribe')).result).to.be.a('number');
      const types = [
        'completed',
        'frozen',
        'firstShredReceived',
        'createdBank',
        'optimisticConfirmation',
        'root',
      ];
      const updates = [];
      for (const _ of types) updates.push(await next<{ type: string; slot: number; timestamp: number }>());
      expect(updates.map(({ type }) => type)).to.deep.equal(types);
      expect(updates[2]!.slot).to.equal(updates[0]!.slot + 1);
      expect(updates[0]!.timestamp).to.be.closeTo(Date.now(), 2000);
    });

    it('tells of blocks with the transactions that mention an address', async () => {
      const receiver = Keypair.generate().publicKey;
      const filter = { mentionsAccountOrProgram: receiver.toBase58() };
      const config = { commitment: 'confirmed', encoding: 'jsonParsed', maxSupportedTransactionVersion: 0 };
      expect((await ask('blockSubscribe', filter, config)).result).to.be.a('number');
      await pay(Keypair.generate().publicKey, 1_000_000);
      const signature = await pay(receiver, 1_000_000);
      const { value } = await next<{ value: { slot: number; err: null; block: ParsedBlock } }>();
      expect(value.err).to.equal(null);
      expect(value.block.transactions.map(({ transaction }) => transaction.signatures[0])).to.deep.equal([
        signature,
      ]);
      expect(value.block.transactions[0]!.transaction.message.instructions[0]).to.deep.include({
        program: 'system',
      });
    });

    it('tells of a block that holds a version the client doesn’t understand', async () => {
      expect((await ask('blockSubscribe', 'all', { commitment: 'confirmed' })).result).to.be.a('number');
      const { connection, payer } = fixture;
      const { blockhash } = await connection.getLatestBlockhash();
      const message = new TransactionMessage({
        payerKey: payer.publicKey,
        recentBlockhash: blockhash,
        instructions: [transfer(payer.publicKey, payer.publicKey, 1)],
      }).compileToV0Message();
      const transaction = new VersionedTransaction(message);
      transaction.sign([payer]);
      await connection.sendTransaction(transaction);
      for (;;) {
        const { value } = await next<{ value: { block: unknown; err: unknown } }>();
        if (value.err === null) continue;
        expect(value).to.deep.include({ block: null, err: { UnsupportedTransactionVersion: 0 } });
        break;
      }
    });

    it('tells of the validator’s votes', async () => {
      expect((await ask('voteSubscribe')).result).to.be.a('number');
      const [first, second] = [await next<Vote>(), await next<Vote>()];
      expect(second.slots).to.deep.equal([first.slots[0]! + 1]);
      const { current } = await fixture.connection.getVoteAccounts();
      expect(first.votePubkey).to.equal(current[0]?.votePubkey);
    });

    it('tells that a transaction was received, and then how it ended', async () => {
      const { connection, payer } = fixture;
      const { transaction } = await signed(connection, payer, transfer(payer.publicKey, payer.publicKey, 1));
      const signature = bs58.encode(transaction.signature!);
      const config = { commitment: 'finalized', enableReceivedNotification: true };
      expect((await ask('signatureSubscribe', signature, config)).result).to.be.a('number');
      await connection.sendRawTransaction(transaction.serialize());
      expect((await next<{ value: unknown }>()).value).to.equal('receivedSignature');
      expect((await next<{ value: unknown }>()).value).to.deep.equal({ err: null });
    });

    it('error: blocks at processed, and filters that are none', async () => {
      expect((await ask('blockSubscribe', 'all', { commitment: 'processed' })).error?.code).to.equal(-32602);
      socket.removeAllListeners('message');
      expect((await ask('blockSubscribe', 'some')).error?.code).to.equal(-32602);
    });
  });
});
