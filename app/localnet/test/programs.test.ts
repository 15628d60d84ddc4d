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
      slotMs: 60_000,
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

  it('has the memo program at the addresses of all its versions', async () => {
    const { connection, payer } = fixture;
    const addresses = [
      'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
      'Memo4c2pN8afCj432Lb7RMVKi9PbQnnW7ewFFaV3oAH',
    ];
    for (const memo of [MEMO, ...addresses.map((text) => new PublicKey(text))]) {
      const data = Buffer.from(`by ${memo}`);
      const instruction = new TransactionInstruction({ programId: memo, keys: [], data });
      const signature = await sendAndConfirmTransaction(connection, new Transaction().add(instruction), [
        payer,
      ]);
      const [newest] = await connection.getSignaturesForAddress(payer.publicKey, { limit: 1 });
      expect(newest).to.include({ signature, memo: `[${data.length}] ${data}` });
    }
  });

  describe('durable nonces', () => {
    let nonce: Keypair;
    beforeEach(async () => {
      const { connection, payer, localnet } = fixture;
      nonce = Keypair.generate();
      const lamports = await connection.getMinimumBalanceForRentExemption(NONCE_ACCOUNT_LENGTH);
      const create = SystemProgram.createNonceAccount({
        fromPubkey: payer.publicKey,
        noncePubkey: nonce.publicKey,
        authorizedPubkey: payer.publicKey,
        lamports,
      });
      const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash();
      const made = new Transaction({ feePayer: payer.publicKey, blockhash, lastValidBlockHeight }).add(
        create,
      );
      made.sign(payer, nonce);
      await connection.sendRawTransaction(made.serialize());
      localnet.advanceSlots(1);
    });

    const stored = async () => {
      const account = await fixture.connection.getAccountInfo(nonce.publicKey, 'processed');
      return NonceAccount.fromAccountData(account!.data).nonce;
    };

    async function signedWith(blockhash: string, lamports: number): Promise<Buffer> {
      const { payer } = fixture;
      const transaction = new Transaction({
        feePayer: payer.publicKey,
        blockhash,
        lastValidBlockHeight: 0,
      }).add(
        SystemProgram.nonceAdvance({ noncePubkey: nonce.publicKey, authorizedPubkey: payer.publicKey }),
        transfer(payer.publicKey, payer.publicKey, lamports),
      );
      transaction.sign(payer);
      return transaction.serialize();
    }

    it('executes a transaction once', async () => {
      const { connection, localnet } = fixture;
      const transaction = await signedWith(await stored(), 1);
      localnet.advanceSlots(1000);
      await connection.sendRawTransaction(transaction);
      localnet.advanceSlots(1000);
      const error = await rejection(connection.sendRawTransaction(transaction));
      expect(error.message).to.contain('Blockhash not found');
    });

    it('advances the nonce of a transaction that fails, which pays its fee', async () => {
      const { connection, payer, localnet } = fixture;
      const first = await stored();
      const balance = await connection.getBalance(payer.publicKey, 'processed');
      const failing = await signedWith(first, Number.MAX_SAFE_INTEGER);
      const signature = await connection.sendRawTransaction(failing, { skipPreflight: true });
      const { value } = await connection.getSignatureStatus(signature);
      expect(value?.err).to.deep.equal({ InstructionError: [1, { Custom: 1 }] });
      expect(await connection.getBalance(payer.publicKey, 'processed')).to.equal(balance - 5000);
      const second = await stored();
      expect(second).to.not.equal(first);
      localnet.advanceSlots(200);
      const again = await rejection(connection.sendRawTransaction(failing));
      expect(again.message).to.contain('Blockhash not found');
      await connection.sendRawTransaction(await signedWith(second, 1));
      expect(await stored()).to.not.equal(second);
    });

    it('tells the fee of a message with a nonce, and of no other than the stored one', async () => {
      const fee = async (hash: string) =>
        (
          await fixture.connection.getFeeForMessage(
            Transaction.from(await signedWith(hash, 1)).compileMessage(),
            'processed',
          )
        ).value;
      const first = await stored();
      fixture.localnet.advanceSlots(1000);
      expect(await fee(first)).to.equal(5000);
      await fixture.connection.sendRawTransaction(await signedWith(first, 1));
      expect(await fee(first)).to.equal(null);
      // It can't be used in this slot yet, but is stored.
      expect(await fee(await stored())).to.equal(5000);
    });

    it('error: a nonce used in the slot that gave it', async () => {
      const { connection, localnet } = fixture;
      await connection.sendRawTransaction(await signedWith(await stored(), 1));
      const early = await signedWith(await stored(), 2);
      const error = await rejection(connection.sendRawTransaction(early));
      expect(error.message).to.contain('Blockhash not found');
      localnet.advanceSlots(1);
      await connection.sendRawTransaction(early);
    });
  });

  it('charges a transaction whose program doesn’t exist, and keeps its error', async () => {
    const { connection, payer } = fixture;
    const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash();
    const transaction = new Transaction({ feePayer: payer.publicKey, blockhash, lastValidBlockHeight }).add(
      new TransactionInstruction({ programId: Keypair.generate().publicKey, keys: [] }),
    );
    transaction.sign(payer);
    const preflight = await rejection(connection.sendRawTransaction(transaction.serialize()));
    expect(preflight.message).to.contain('Attempt to load a program that does not exist');
    const balance = await connection.getBalance(payer.publicKey, 'processed');
    const signature = await connection.sendRawTransaction(transaction.serialize(), { skipPreflight: true });
    expect((await connection.getSignatureStatus(signature)).value?.err).to.equal('ProgramAccountNotFound');
    expect(await connection.getBalance(payer.publicKey, 'processed')).to.equal(balance - 5000);
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
