import { AnchorProvider, Wallet } from '@coral-xyz/anchor';
import {
  createAssociatedTokenAccountInstruction,
  createMint,
  createTransferInstruction,
  getAccount,
  getAssociatedTokenAddressSync,
  getMint,
  getOrCreateAssociatedTokenAccount,
  mintTo,
  TOKEN_2022_PROGRAM_ID,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import { Keypair, type PublicKey, Transaction, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { type Fixture, startFixture } from './support';

const BATCH = 255;

/** Makes the SPL Token batch instruction: 255, then for each instruction u8 accounts, u8 length and data. */
function batch(instructions: TransactionInstruction[]): TransactionInstruction {
  const parts = instructions.map(({ keys, data }) =>
    Buffer.concat([Buffer.from([keys.length, data.length]), data]),
  );
  return new TransactionInstruction({
    programId: TOKEN_PROGRAM_ID,
    keys: instructions.flatMap(({ keys }) => keys),
    data: Buffer.concat([Buffer.from([BATCH]), ...parts]),
  });
}

describe('localnet: tokens', () => {
  let fixture: Fixture;
  let mint: PublicKey;
  let source: PublicKey;
  before(async () => {
    fixture = await startFixture();
    const { connection, payer } = fixture;
    mint = await createMint(connection, payer, payer.publicKey, null, 6);
    source = (await getOrCreateAssociatedTokenAccount(connection, payer, mint, payer.publicKey)).address;
    await mintTo(connection, payer, mint, source, payer, 5_500_000n);
  });
  after(() => fixture.localnet.close());

  it('creates a mint and token accounts and reads them back', async () => {
    const { connection, payer } = fixture;
    expect((await getMint(connection, mint)).supply).to.equal(5_500_000n);
    expect((await getAccount(connection, source)).amount).to.equal(5_500_000n);
    const { value: balance } = await connection.getTokenAccountBalance(source);
    expect(balance).to.deep.equal({ amount: '5500000', decimals: 6, uiAmount: 5.5, uiAmountString: '5.5' });
    expect((await connection.getTokenSupply(mint)).value.uiAmountString).to.equal('5.5');
    const ofMint = await connection.getTokenAccountsByOwner(payer.publicKey, { mint });
    expect(ofMint.value.map(({ pubkey }) => pubkey.toBase58())).to.deep.equal([source.toBase58()]);
    const parsed = await connection.getParsedTokenAccountsByOwner(payer.publicKey, {
      programId: TOKEN_PROGRAM_ID,
    });
    expect(parsed.value[0]?.account.data.parsed.info.tokenAmount.amount).to.equal('5500000');
    expect((await connection.getTokenLargestAccounts(mint)).value[0]?.amount).to.equal('5500000');
  });

  it('works with Token-2022', async () => {
    const { connection, payer } = fixture;
    const other = await createMint(
      connection,
      payer,
      payer.publicKey,
      null,
      2,
      Keypair.generate(),
      undefined,
      TOKEN_2022_PROGRAM_ID,
    );
    const account = await getOrCreateAssociatedTokenAccount(
      connection,
      payer,
      other,
      payer.publicKey,
      false,
      'confirmed',
      undefined,
      TOKEN_2022_PROGRAM_ID,
    );
    await mintTo(connection, payer, other, account.address, payer, 7n, [], undefined, TOKEN_2022_PROGRAM_ID);
    expect((await connection.getTokenAccountBalance(account.address)).value.uiAmountString).to.equal('0.07');
  });

  it('executes the token program’s batch with Anchor’s provider, with balances in the transaction’s meta', async () => {
    const { connection, payer } = fixture;
    const provider = new AnchorProvider(connection, new Wallet(payer), { commitment: 'confirmed' });
    const owners = [Keypair.generate().publicKey, Keypair.generate().publicKey];
    const targets = owners.map((owner) => getAssociatedTokenAddressSync(mint, owner));
    const create = targets.map((target, index) =>
      createAssociatedTokenAccountInstruction(payer.publicKey, target, owners[index]!, mint),
    );
    await provider.sendAndConfirm(new Transaction().add(...create));
    const transfers = targets.map((target, index) =>
      createTransferInstruction(source, target, payer.publicKey, 100n * BigInt(index + 1)),
    );
    const signature = await provider.sendAndConfirm(new Transaction().add(batch(transfers)));
    expect((await getAccount(connection, targets[1]!)).amount).to.equal(200n);

    const landed = await connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 1,
    });
    const amounts = (
      balances: typeof landed extends null
        ? never
        : NonNullable<NonNullable<typeof landed>['meta']>['preTokenBalances'],
    ) =>
      (balances ?? [])
        .filter(({ owner }) => owners.some((one) => one.toBase58() === owner))
        .map(({ uiTokenAmount }) => uiTokenAmount.amount)
        .sort();
    expect(amounts(landed?.meta?.preTokenBalances)).to.deep.equal(['0', '0']);
    expect(amounts(landed?.meta?.postTokenBalances)).to.deep.equal(['100', '200']);
  });

  it('returns inner instructions with indices into the transaction’s keys', async () => {
    const { connection, payer } = fixture;
    const provider = new AnchorProvider(connection, new Wallet(payer), { commitment: 'confirmed' });
    const owner = Keypair.generate().publicKey;
    const target = getAssociatedTokenAddressSync(mint, owner);
    const create = createAssociatedTokenAccountInstruction(payer.publicKey, target, owner, mint);
    const signature = await provider.sendAndConfirm(new Transaction().add(create));
    const landed = await connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 1,
    });
    const keys = landed?.transaction.message.getAccountKeys();
    const inner = landed?.meta?.innerInstructions?.[0];
    expect(inner?.index).to.equal(0);
    const programs = inner?.instructions.map(({ programIdIndex }) => keys?.get(programIdIndex)?.toBase58());
    expect(programs).to.include(TOKEN_PROGRAM_ID.toBase58());
    const initialize = inner?.instructions.at(-1);
    expect(initialize?.accounts.map((index) => keys?.get(index)?.toBase58())).to.include(target.toBase58());
    const parsed = await connection.getParsedTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 1,
    });
    expect(
      parsed?.transaction.message.accountKeys.find(({ signer }) => signer)?.pubkey.equals(payer.publicKey),
    ).to.equal(true);
  });
});
