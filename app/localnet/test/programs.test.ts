import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Connection,
  Keypair,
  NONCE_ACCOUNT_LENGTH,
  NonceAccount,
  PublicKey,
  SystemProgram,
  sendAndConfirmTransaction,
  Transaction,
  TransactionInstruction,
} from '@solana/web3.js';
import { expect } from 'chai';
import { startLocalnet } from '../src';
import { type Fixture, rejection, startFixture, transfer } from './support';

const UPGRADEABLE_LOADER = new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111');
const MEMO = new PublicKey('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');
const PROGRAMDATA_HEADER = 45;

describe('localnet: programs and start', () => {
  let folder: string;
  let soFile: string;
  let fixture: Fixture;
  const address = Keypair.generate().publicKey;
  const authority = Keypair.generate().publicKey;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'localnet-'));
    soFile = join(folder, 'memo.so');
    const donor = await startFixture();
    const memo = await donor.connection.getAccountInfo(MEMO);
    const [programData] = PublicKey.findProgramAddressSync([MEMO.toBytes()], UPGRADEABLE_LOADER);
    const data = await donor.connection.getAccountInfo(programData);
    await donor.localnet.close();
    await writeFile(soFile, data ? data.data.subarray(PROGRAMDATA_HEADER) : (memo?.data ?? Buffer.alloc(0)));
    fixture = await startFixture({
      programs: [{ address: address.toBase58(), soFile, upgradeAuthority: authority }],
    });
  });
  after(async () => {
    await fixture.localnet.close();
    await rm(folder, { recursive: true });
  });

  it('loads an executable program with a readable upgrade authority', async () => {
    const { connection, payer } = fixture;
    const program = await connection.getAccountInfo(address);
    expect(program?.executable).to.equal(true);
    expect(program?.owner.equals(UPGRADEABLE_LOADER)).to.equal(true);
    const programData = new PublicKey(program!.data.subarray(4, 36));
    const data = await connection.getAccountInfo(programData);
    expect(data?.data.readUInt32LE(0)).to.equal(3);
    expect(data?.data[12]).to.equal(1);
    expect(new PublicKey(data!.data.subarray(13, 45)).equals(authority)).to.equal(true);
    const hello = new TransactionInstruction({ programId: address, keys: [], data: Buffer.from('hello') });
    const signature = await sendAndConfirmTransaction(connection, new Transaction().add(hello), [payer]);
    const landed = await connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 1,
    });
    expect(landed?.meta?.logMessages).to.include(`Program ${address.toBase58()} success`);
  });

  it('executes transactions with a durable nonce once', async () => {
    const { connection, payer, localnet } = fixture;
    const nonce = Keypair.generate();
    const lamports = await connection.getMinimumBalanceForRentExemption(NONCE_ACCOUNT_LENGTH);
    const create = SystemProgram.createNonceAccount({
      fromPubkey: payer.publicKey,
      noncePubkey: nonce.publicKey,
      authorizedPubkey: payer.publicKey,
      lamports,
    });
    await sendAndConfirmTransaction(connection, new Transaction().add(create), [payer, nonce]);
    const account = await connection.getAccountInfo(nonce.publicKey);
    const { nonce: blockhash } = NonceAccount.fromAccountData(account!.data);
    const transaction = new Transaction({
      feePayer: payer.publicKey,
      blockhash,
      lastValidBlockHeight: 0,
    }).add(
      SystemProgram.nonceAdvance({ noncePubkey: nonce.publicKey, authorizedPubkey: payer.publicKey }),
      transfer(payer.publicKey, payer.publicKey, 1),
    );
    transaction.sign(payer);
    localnet.advanceSlots(1000);
    await connection.sendRawTransaction(transaction.serialize());
    localnet.advanceSlots(1000);
    const error = await rejection(connection.sendRawTransaction(transaction.serialize()));
    expect(error.message).to.contain('Blockhash not found');
  });

  it('error: an invalid program, options out of range, a taken port', async () => {
    const missing = await rejection(
      startLocalnet({ programs: [{ address, soFile: join(folder, 'none.so') }] }),
    );
    expect(missing.message).to.contain('ENOENT');
    await writeFile(join(folder, 'bad.so'), 'no program');
    const invalid = await rejection(
      startLocalnet({ programs: [{ address, soFile: join(folder, 'bad.so') }] }),
    );
    expect(invalid.message).to.contain('Failed to add program');
    expect((await rejection(startLocalnet({ slotMs: 0 }))).name).to.equal('ZodError');
    const port = Number(new URL(fixture.localnet.rpcUrl).port);
    const taken = await rejection<NodeJS.ErrnoException>(startLocalnet({ port }));
    expect(taken.code).to.equal('EADDRINUSE');
  });

  it('starts several independent chains at once', async () => {
    const others = await Promise.all([startLocalnet(), startLocalnet()]);
    const hashes = await Promise.all(
      [fixture.localnet, ...others].map(({ rpcUrl }) => new Connection(rpcUrl).getGenesisHash()),
    );
    await Promise.all(others.map((other) => other.close()));
    expect(new Set(hashes).size).to.equal(3);
  });
});
