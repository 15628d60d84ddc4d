import {
  AddressLookupTableProgram,
  type Keypair,
  Keypair as Keys,
  type PublicKey,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { expect } from 'chai';
import { type Fixture, rejection, signed, startFixture, transfer } from './support';

describe('localnet: history', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture({ slotMs: 60_000 });
  });
  after(() => fixture.localnet.close());

  async function pay(receiver: PublicKey, lamports: number, options = {}): Promise<string> {
    const { transaction } = await signed(
      fixture.connection,
      fixture.payer,
      transfer(fixture.payer.publicKey, receiver, lamports),
    );
    return fixture.connection.sendRawTransaction(transaction.serialize(), options);
  }

  it('gives slices by before and until, newest first, failed ones included', async () => {
    const { connection, localnet } = fixture;
    const receiver = Keys.generate().publicKey;
    const sent: string[] = [];
    for (const lamports of [1_000_000, 2, 3, 4, 5]) {
      sent.unshift(await pay(receiver, lamports));
      if (lamports === 3) localnet.advanceSlots(1);
    }
    sent.unshift(await pay(receiver, Number.MAX_SAFE_INTEGER, { skipPreflight: true }));
    const all = await connection.getSignaturesForAddress(receiver);
    expect(all.map(({ signature }) => signature)).to.deep.equal(sent);
    expect(all[0]?.err).to.deep.equal({ InstructionError: [0, { Custom: 1 }] });
    const slice = async (options: { before?: string; until?: string; limit?: number }) =>
      (await connection.getSignaturesForAddress(receiver, options)).map(({ signature }) => signature);
    expect(await slice({ limit: 2 })).to.deep.equal(sent.slice(0, 2));
    expect(await slice({ before: sent[1]!, limit: 2 })).to.deep.equal(sent.slice(2, 4));
    expect(await slice({ until: sent[3]! })).to.deep.equal(sent.slice(0, 3));
    expect(await slice({ before: sent[0]!, until: sent[4]! })).to.deep.equal(sent.slice(1, 4));
  });

  it('shows a transaction at finalized once it is final', async () => {
    const { connection, localnet } = fixture;
    const receiver = Keys.generate().publicKey;
    const signature = await pay(receiver, 1_000_000);
    const read = (commitment: 'confirmed' | 'finalized') =>
      connection.getTransaction(signature, { commitment, maxSupportedTransactionVersion: 1 });
    expect((await read('confirmed'))?.meta?.postBalances[1]).to.equal(1_000_000);
    expect(await read('finalized')).to.equal(null);
    expect(await connection.getSignaturesForAddress(receiver, {}, 'finalized')).to.deep.equal([]);
    expect((await connection.getSignatureStatus(signature)).value?.confirmationStatus).to.equal('confirmed');
    localnet.advanceSlots(1);
    expect((await read('finalized'))?.meta?.err).to.equal(null);
    expect(await connection.getSignaturesForAddress(receiver, {}, 'finalized')).to.have.length(1);
    const { value } = await connection.getSignatureStatus(signature);
    expect(value?.confirmationStatus).to.equal('finalized');
    expect(value?.confirmations).to.equal(null);
  });

  it('returns null for unknown signatures', async () => {
    const { connection } = fixture;
    const unknown = '5'.repeat(64);
    const signature = `${unknown}${'5'.repeat(24)}`.slice(0, 87);
    const known = await pay(Keys.generate().publicKey, 1_000_000);
    expect(
      (await connection.getSignatureStatuses([signature, known])).value.map((one) => one === null),
    ).to.deep.equal([true, false]);
    expect(await connection.getTransaction(signature, { maxSupportedTransactionVersion: 1 })).to.equal(null);
    expect(await connection.getSignaturesForAddress(Keys.generate().publicKey)).to.deep.equal([]);
  });

  it('returns blocks with their transactions', async () => {
    const { connection, localnet } = fixture;
    localnet.advanceSlots(1);
    const slot = await connection.getSlot('processed');
    const signatures = [
      await pay(Keys.generate().publicKey, 1_000_000),
      await pay(Keys.generate().publicKey, 1_000_000),
    ];
    localnet.advanceSlots(1);
    const block = await connection.getBlock(slot, { maxSupportedTransactionVersion: 1 });
    expect(block?.transactions.map(({ transaction }) => transaction.signatures[0])).to.deep.equal(signatures);
    expect(block?.parentSlot).to.equal(slot - 1);
    const listed = await connection.getBlock(slot, { transactionDetails: 'none' });
    expect(listed?.blockhash).to.equal(block?.blockhash);
    const future = await rejection(connection.getBlock(slot + 1000));
    expect(future.message).to.contain('Block not available');
    expect(await connection.getBlocks(slot, slot + 1)).to.deep.equal([slot, slot + 1]);
  });

  describe('lookup tables', () => {
    const receivers = [Keys.generate().publicKey, Keys.generate().publicKey];
    let table: PublicKey;

    async function sendV0(payer: Keypair, lookup: Awaited<ReturnType<typeof fetchTable>>): Promise<string> {
      const { blockhash } = await fixture.connection.getLatestBlockhash();
      const message = new TransactionMessage({
        payerKey: payer.publicKey,
        recentBlockhash: blockhash,
        instructions: receivers.map((receiver) => transfer(payer.publicKey, receiver, 1_000_000)),
      }).compileToV0Message([lookup]);
      const transaction = new VersionedTransaction(message);
      transaction.sign([payer]);
      return fixture.connection.sendTransaction(transaction);
    }

    async function fetchTable() {
      const { value } = await fixture.connection.getAddressLookupTable(table);
      if (!value) throw new Error('no table');
      return value;
    }

    before(async () => {
      const { connection, payer } = fixture;
      const recentSlot = await connection.getSlot('finalized');
      const [create, address] = AddressLookupTableProgram.createLookupTable({
        authority: payer.publicKey,
        payer: payer.publicKey,
        recentSlot,
      });
      table = address;
      const extend = AddressLookupTableProgram.extendLookupTable({
        lookupTable: table,
        authority: payer.publicKey,
        payer: payer.publicKey,
        addresses: receivers,
      });
      const { transaction } = await signed(connection, payer, create, extend);
      await connection.sendRawTransaction(transaction.serialize());
    });

    it('error: addresses used in the slot that added them', async () => {
      const error = await rejection(sendV0(fixture.payer, await fetchTable()));
      expect(error.message).to.contain('invalid index');
    });

    it('returns version 0 transactions, also by the addresses that they load', async () => {
      const { connection, localnet, payer } = fixture;
      localnet.advanceSlots(1);
      const signature = await sendV0(payer, await fetchTable());
      expect(await connection.getBalance(receivers[1]!)).to.equal(1_000_000);
      const [found] = await connection.getSignaturesForAddress(receivers[1]!);
      expect(found?.signature).to.equal(signature);
      const landed = await connection.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: 1,
      });
      expect(landed?.version).to.equal(0);
      expect(landed?.meta?.loadedAddresses?.writable.map(String)).to.deep.equal(receivers.map(String));
      const error = await rejection(
        connection.getTransaction(signature, { commitment: 'confirmed' } as never),
      );
      expect(error.message).to.contain('maxSupportedTransactionVersion');
    });
  });

  it('drops the oldest transactions beyond its capacity', async () => {
    const small = await startFixture({ slotMs: 60_000, historyCapacity: 100 });
    try {
      const { connection, payer } = small;
      const first = (await connection.getSignaturesForAddress(payer.publicKey))[0]!.signature;
      await Promise.all(
        Array.from({ length: 120 }, () => connection.requestAirdrop(payer.publicKey, 1_000_000)),
      );
      const kept = await connection.getSignaturesForAddress(payer.publicKey);
      expect(kept).to.have.length.within(75, 100);
      expect(
        await connection.getTransaction(first, {
          commitment: 'confirmed',
          maxSupportedTransactionVersion: 1,
        }),
      ).to.equal(null);
    } finally {
      await small.localnet.close();
    }
  });
});
