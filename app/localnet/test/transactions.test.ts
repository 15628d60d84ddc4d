import {
  Keypair,
  LAMPORTS_PER_SOL,
  SendTransactionError,
  sendAndConfirmTransaction,
  Transaction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { expect } from 'chai';
import { type Fixture, rejection, signed, startFixture, transfer } from './support';

describe('localnet: transactions', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
  });
  after(() => fixture.localnet.close());

  it('airdrops, confirms over WebSocket and transfers', async () => {
    const { connection, payer } = fixture;
    const receiver = Keypair.generate().publicKey;
    const airdrop = await connection.requestAirdrop(receiver, LAMPORTS_PER_SOL);
    const latest = await connection.getLatestBlockhash();
    const confirmed = await connection.confirmTransaction({ signature: airdrop, ...latest }, 'confirmed');
    expect(confirmed.value.err).to.equal(null);
    const transaction = new Transaction().add(transfer(payer.publicKey, receiver, LAMPORTS_PER_SOL));
    await sendAndConfirmTransaction(connection, transaction, [payer]);
    expect(await connection.getBalance(receiver)).to.equal(2 * LAMPORTS_PER_SOL);
  });

  it('airdrops the same amount to the same address twice in a slot', async () => {
    const { connection } = fixture;
    const receiver = Keypair.generate().publicKey;
    const signatures = await Promise.all([
      connection.requestAirdrop(receiver, LAMPORTS_PER_SOL),
      connection.requestAirdrop(receiver, LAMPORTS_PER_SOL),
    ]);
    expect(signatures[0]).to.not.equal(signatures[1]);
    expect(await connection.getBalance(receiver)).to.equal(2 * LAMPORTS_PER_SOL);
  });

  it('error: a transaction that fails preflight, which costs nothing and returns its logs', async () => {
    const { connection, payer } = fixture;
    const before = await connection.getBalance(payer.publicKey);
    const tooMuch = transfer(payer.publicKey, Keypair.generate().publicKey, 5000 * LAMPORTS_PER_SOL);
    const { transaction } = await signed(connection, payer, tooMuch);
    const error = await rejection<SendTransactionError>(
      connection.sendRawTransaction(transaction.serialize()),
    );
    expect(error).to.be.instanceOf(SendTransactionError);
    expect(error.message).to.contain('Error processing Instruction 0: custom program error: 0x1');
    expect(error.logs?.join('\n')).to.contain('insufficient lamports');
    expect(await connection.getBalance(payer.publicKey)).to.equal(before);
  });

  it('error: a failing transaction without preflight, which lands, pays its fee and keeps its error', async () => {
    const { connection, payer } = fixture;
    const before = await connection.getBalance(payer.publicKey);
    const tooMuch = transfer(payer.publicKey, Keypair.generate().publicKey, 5000 * LAMPORTS_PER_SOL);
    const { transaction, latest } = await signed(connection, payer, tooMuch);
    const signature = await connection.sendRawTransaction(transaction.serialize(), { skipPreflight: true });
    const { value } = await connection.confirmTransaction({ signature, ...latest }, 'confirmed');
    expect(value.err).to.deep.equal({ InstructionError: [0, { Custom: 1 }] });
    expect(await connection.getBalance(payer.publicKey)).to.equal(before - 5000);
    const landed = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 1 });
    expect(landed?.meta?.err).to.deep.equal({ InstructionError: [0, { Custom: 1 }] });
  });

  it('error: a transaction that has already been processed', async () => {
    const { connection, payer } = fixture;
    const { transaction } = await signed(connection, payer, transfer(payer.publicKey, payer.publicKey, 1));
    const signature = await connection.sendRawTransaction(transaction.serialize());
    const error = await rejection(connection.sendRawTransaction(transaction.serialize()));
    expect(error.message).to.contain('This transaction has already been processed');
    // Without preflight, a cluster doesn't return this error, but it doesn't execute the transaction again either.
    const again = await connection.sendRawTransaction(transaction.serialize(), { skipPreflight: true });
    expect(again).to.equal(signature);
    const history = await connection.getSignaturesForAddress(payer.publicKey, { limit: 2 });
    expect(history.filter((one) => one.signature === signature)).to.have.length(1);
  });

  it('error: a blockhash older than 150 blocks', async () => {
    const { connection, payer, localnet } = fixture;
    const { transaction, latest } = await signed(
      connection,
      payer,
      transfer(payer.publicKey, payer.publicKey, 2),
    );
    const { value } = await connection.isBlockhashValid(latest.blockhash);
    expect(value).to.equal(true);
    localnet.advanceSlots(151);
    const error = await rejection(connection.sendRawTransaction(transaction.serialize()));
    expect(error.message).to.contain('Blockhash not found');
    expect(await connection.getBlockHeight()).to.be.greaterThan(latest.lastValidBlockHeight);
    const signature = await connection.sendRawTransaction(transaction.serialize(), { skipPreflight: true });
    const expired = await rejection(connection.confirmTransaction({ signature, ...latest }, 'confirmed'));
    expect(expired.name).to.equal('TransactionExpiredBlockheightExceededError');
  });

  it('error: a wrong signature', async () => {
    const { connection, payer } = fixture;
    const { transaction } = await signed(connection, payer, transfer(payer.publicKey, payer.publicKey, 3));
    const bytes = transaction.serialize();
    bytes[5] = bytes.readUInt8(5) ^ 1;
    const error = await rejection(connection.sendRawTransaction(bytes));
    expect(error.message).to.contain('did not pass signature verification');
  });

  it('error: an unknown payer', async () => {
    const { connection } = fixture;
    const stranger = Keypair.generate();
    const { transaction } = await signed(
      connection,
      stranger,
      transfer(stranger.publicKey, stranger.publicKey, 1),
    );
    const error = await rejection(connection.sendRawTransaction(transaction.serialize()));
    expect(error.message).to.contain('found no record of a prior credit');
  });

  it('simulates without keeping effects, unsigned and with accounts', async () => {
    const { connection, payer } = fixture;
    const receiver = Keypair.generate().publicKey;
    const { blockhash } = await connection.getLatestBlockhash();
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: blockhash,
      instructions: [transfer(payer.publicKey, receiver, LAMPORTS_PER_SOL)],
    }).compileToV0Message();
    const unsigned = new VersionedTransaction(message);
    const { value } = await connection.simulateTransaction(unsigned, {
      accounts: { encoding: 'base64', addresses: [receiver.toBase58()] },
      innerInstructions: true,
    });
    expect(value.err).to.equal(null);
    expect(value.unitsConsumed).to.equal(150);
    expect(value.accounts?.[0]?.lamports).to.equal(LAMPORTS_PER_SOL);
    expect(value.innerInstructions).to.deep.equal([]);
    expect(await connection.getBalance(receiver)).to.equal(0);
    const verified = await connection.simulateTransaction(unsigned, { sigVerify: true });
    expect(verified.value.err).to.equal('SignatureFailure');
  });

  it('simulates with a replaced blockhash', async () => {
    const { connection, payer } = fixture;
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: Keypair.generate().publicKey.toBase58(),
      instructions: [transfer(payer.publicKey, payer.publicKey, 1)],
    }).compileToLegacyMessage();
    const transaction = new VersionedTransaction(message);
    const refused = await connection.simulateTransaction(transaction);
    expect(refused.value.err).to.equal('BlockhashNotFound');
    const replaced = await connection.simulateTransaction(transaction, { replaceRecentBlockhash: true });
    expect(replaced.value.err).to.equal(null);
  });

  it('returns the fee of a message and charges exactly that', async () => {
    const { connection, payer } = fixture;
    const { transaction } = await signed(connection, payer, transfer(payer.publicKey, payer.publicKey, 4));
    const { value } = await connection.getFeeForMessage(transaction.compileMessage());
    expect(value).to.equal(5000);
    const signature = await connection.sendRawTransaction(transaction.serialize());
    const landed = await connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 1,
    });
    expect(landed?.meta?.fee).to.equal(5000);
  });
});
