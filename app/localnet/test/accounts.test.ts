import {
  AddressLookupTableProgram,
  type Commitment,
  Keypair,
  LAMPORTS_PER_SOL,
  PublicKey,
  SYSVAR_CLOCK_PUBKEY,
  SYSVAR_RENT_PUBKEY,
  SYSVAR_SLOT_HASHES_PUBKEY,
  SystemProgram,
  Transaction,
} from '@solana/web3.js';
import { expect } from 'chai';
import { type Fixture, rejection, signed, startFixture, transfer } from './support';

describe('localnet: accounts', () => {
  let fixture: Fixture;
  const program = Keypair.generate().publicKey;
  const owned = [1, 2, 3].map((tag) => ({
    address: Keypair.generate().publicKey,
    lamports: 2_000_000n,
    owner: program,
    data: Uint8Array.from({ length: 8 + tag }, (_, index) => (index === 0 ? tag : index)),
  }));
  before(async () => {
    fixture = await startFixture({ slotMs: 60_000, accounts: owned });
  });
  after(() => fixture.localnet.close());

  it('reads one account, several accounts and a missing one', async () => {
    const { connection } = fixture;
    const [first, second] = owned;
    const account = await connection.getAccountInfo(first!.address);
    expect(account?.owner.equals(program)).to.equal(true);
    expect(account?.data).to.deep.equal(Buffer.from(first!.data));
    expect(account?.lamports).to.equal(2_000_000);
    const stranger = Keypair.generate().publicKey;
    const many = await connection.getMultipleAccountsInfo([second!.address, stranger]);
    expect(many.map((one) => one?.data[0])).to.deep.equal([2, undefined]);
    expect(await connection.getBalance(stranger)).to.equal(0);
    const slice = await connection.getAccountInfo(first!.address, { dataSlice: { offset: 1, length: 2 } });
    expect(slice?.data).to.deep.equal(Buffer.from([1, 2]));
  });

  it('filters a program’s accounts by size and by bytes in base58 and base64', async () => {
    const { connection } = fixture;
    const tags = async (filters: Parameters<typeof connection.getProgramAccounts>[1]) =>
      (await connection.getProgramAccounts(program, filters)).map(({ account }) => account.data[0]).sort();
    expect(await tags({})).to.deep.equal([1, 2, 3]);
    expect(await tags({ filters: [{ dataSize: 10 }] })).to.deep.equal([2]);
    expect(await tags({ filters: [{ memcmp: { offset: 0, bytes: '4' } }] })).to.deep.equal([3]);
    const base64 = { offset: 0, bytes: Buffer.from([1, 1]).toString('base64'), encoding: 'base64' as const };
    expect(await tags({ filters: [{ memcmp: base64 }] })).to.deep.equal([1]);
    expect(await tags({ filters: [{ dataSize: 10 }, { memcmp: { offset: 0, bytes: '4' } }] })).to.deep.equal(
      [],
    );
    const sliced = await connection.getProgramAccounts(program, { dataSlice: { offset: 0, length: 0 } });
    expect(sliced.map(({ account }) => account.data.length)).to.deep.equal([0, 0, 0]);
  });

  it('returns the rent-exempt minimum, and refuses an account below it', async () => {
    const { connection, payer } = fixture;
    const rent = await connection.getMinimumBalanceForRentExemption(0);
    expect(rent).to.equal(128 * 5_080);
    expect(await connection.getMinimumBalanceForRentExemption(165)).to.equal((128 + 165) * 5_080);
    const poor = transfer(payer.publicKey, Keypair.generate().publicKey, rent - 1);
    const { transaction } = await signed(connection, payer, poor);
    const error = await rejection(connection.sendRawTransaction(transaction.serialize()));
    expect(error.message).to.contain('insufficient funds for rent');
  });

  it('charges the rent it was started with, which programs read too', async () => {
    const other = await startFixture({ rentLamportsPerByte: 696 });
    try {
      const { connection, payer } = other;
      expect(await connection.getMinimumBalanceForRentExemption(10)).to.equal(138 * 696);
      const sysvar = await connection.getAccountInfo(SYSVAR_RENT_PUBKEY);
      expect(sysvar?.data.readBigUInt64LE()).to.equal(696n);
      const { transaction } = await signed(
        connection,
        payer,
        transfer(payer.publicKey, Keypair.generate().publicKey, 128 * 696),
      );
      await connection.sendRawTransaction(transaction.serialize());
    } finally {
      await other.localnet.close();
    }
  });

  it('reads at finalized only what is final', async () => {
    const { connection, payer, localnet } = fixture;
    const receiver = Keypair.generate().publicKey;
    const { transaction } = await signed(
      connection,
      payer,
      transfer(payer.publicKey, receiver, LAMPORTS_PER_SOL),
    );
    await connection.sendRawTransaction(transaction.serialize());
    expect(await connection.getBalance(receiver, 'processed')).to.equal(LAMPORTS_PER_SOL);
    expect(await connection.getBalance(receiver, 'confirmed')).to.equal(LAMPORTS_PER_SOL);
    expect(await connection.getBalance(receiver, 'finalized')).to.equal(0);
    localnet.advanceSlots(1);
    expect(await connection.getBalance(receiver, 'finalized')).to.equal(LAMPORTS_PER_SOL);
  });

  it('reads the sysvars of the slot that it names, so that a lookup table can be made at once', async () => {
    const { connection, localnet, payer } = await startFixture({ slotMs: 60_000, finalizedAfterSlots: 3 });
    const slotOf = async (commitment: Commitment) => {
      const { context, value } = await connection.getAccountInfoAndContext(SYSVAR_CLOCK_PUBKEY, commitment);
      expect(Number(value!.data.readBigUInt64LE())).to.equal(context.slot);
      return context.slot;
    };
    for (const slots of [1, 5, 1000]) {
      localnet.advanceSlots(slots);
      expect((await slotOf('processed')) - (await slotOf('finalized'))).to.equal(3);
    }
    const hashes = await connection.getAccountInfo(SYSVAR_SLOT_HASHES_PUBKEY, 'finalized');
    expect(Number(hashes!.data.readBigUInt64LE(8))).to.equal((await slotOf('finalized')) - 1);
    const [create] = AddressLookupTableProgram.createLookupTable({
      authority: payer.publicKey,
      payer: payer.publicKey,
      recentSlot: await slotOf('finalized'),
    });
    const { transaction } = await signed(connection, payer, create);
    await connection.sendRawTransaction(transaction.serialize());
    await localnet.close();
  });

  it('lists the final state of a program’s accounts at finalized', async () => {
    const { connection, payer, localnet } = fixture;
    localnet.advanceSlots(1);
    const fresh = Keypair.generate();
    const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash();
    const transaction = new Transaction({ feePayer: payer.publicKey, blockhash, lastValidBlockHeight }).add(
      SystemProgram.createAccount({
        fromPubkey: payer.publicKey,
        newAccountPubkey: fresh.publicKey,
        lamports: 2_000_000,
        space: 4,
        programId: program,
      }),
    );
    transaction.sign(payer, fresh);
    await connection.sendRawTransaction(transaction.serialize());
    expect(await connection.getProgramAccounts(program, 'confirmed')).to.have.length(4);
    expect(await connection.getProgramAccounts(program, 'finalized')).to.have.length(3);
    localnet.advanceSlots(1);
    expect(await connection.getProgramAccounts(program, 'finalized')).to.have.length(4);
  });

  it('has real time as chain time, which can be set', async () => {
    const { connection, localnet } = fixture;
    const clock = async () => {
      const account = await connection.getAccountInfo(
        new PublicKey('SysvarC1ock11111111111111111111111111111111'),
      );
      return {
        slot: Number(account?.data.readBigUInt64LE(0)),
        time: Number(account?.data.readBigInt64LE(32)),
      };
    };
    localnet.advanceSlots(1);
    const before = await clock();
    expect(before.time).to.be.closeTo(Date.now() / 1000, 2);
    expect(before.slot).to.equal(await connection.getSlot('processed'));
    localnet.setUnixTimestamp(2_000_000_000);
    expect((await clock()).time).to.equal(2_000_000_000);
    localnet.advanceSlots(10);
    const later = await clock();
    expect(later.slot).to.equal(before.slot + 10);
    expect(later.time).to.be.closeTo(2_000_000_000, 2);
    expect(await connection.getBlockTime(later.slot)).to.equal(later.time);
  });

  it('answers questions about the cluster', async () => {
    const { connection } = fixture;
    const epoch = await connection.getEpochInfo();
    expect(epoch.absoluteSlot).to.be.greaterThan(epoch.blockHeight ?? Number.NaN);
    expect((await connection.getVersion())['solana-core']).to.match(/^\d+\.\d+\.\d+$/);
    expect(await connection.getGenesisHash()).to.have.length.within(32, 44);
    expect(await connection.getRecentPrioritizationFees()).to.not.be.empty;
    expect((await connection.getSupply()).value.total).to.be.greaterThan(0);
    const { current, delinquent } = await connection.getVoteAccounts();
    expect(current.map(({ nodePubkey }) => nodePubkey)).to.deep.equal([await connection.getSlotLeader()]);
    expect(current[0]?.activatedStake).to.be.greaterThan(0);
    expect(delinquent).to.deep.equal([]);
    expect(await connection.getTransactionCount()).to.be.greaterThan(0);
    expect(await connection.getMinimumLedgerSlot()).to.be.at.most(epoch.absoluteSlot + 1);
    expect(await connection.getFirstAvailableBlock()).to.be.a('number');
    expect(await connection.getSlotLeader()).to.be.a('string');
    expect((await connection.getEpochSchedule()).slotsPerEpoch).to.equal(432_000);
  });
});
