import { getCompiledTransactionMessageDecoder, getCompiledTransactionMessageEncoder } from '@solana/kit';
import {
  Connection,
  Keypair,
  type MessageV1,
  PublicKey,
  SystemProgram,
  TransactionInstruction,
  VersionedTransaction,
} from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { expectError, fund, type TestChain } from '../../../tests/support/chain';
import { networkChain } from '../../../tests/support/network';
import { withoutV1 } from '../../../tests/support/without-v1';
import { verifyEd25519 } from '../src/core/ed25519';
import { acceptedVersion, MAX_SUPPORTED_TRANSACTION_VERSION } from '../src/core/transaction-versions';
import { compile, sendAndConfirm, transactionBytes } from '../src/core/transactions';

const PAYER = Keypair.fromSeed(new Uint8Array(32).fill(99));
const BLOCKHASH = new PublicKey(new Uint8Array(32).fill(5)).toBase58();
const key = (number: number) => Keypair.fromSeed(new Uint8Array(32).fill(number));

const account = fc.record({
  number: fc.integer({ min: 0, max: 9 }),
  isSigner: fc.boolean(),
  isWritable: fc.boolean(),
});
const instructions = fc.array(
  fc.record({
    program: fc.integer({ min: 20, max: 23 }),
    accounts: fc.array(account, { maxLength: 12 }),
    data: fc.uint8Array({ maxLength: 300 }),
  }),
  { maxLength: 8 },
);

describe('transactions', () => {
  it("are of version 1 and have kit's bytes, roles as asked, limits and signatures", () => {
    const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const limits = fc.record({
      computeUnitLimit: u32,
      loadedAccountBytes: u32,
      priorityFee: fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
    });
    fc.assert(
      fc.property(instructions, limits, (parts, options) => {
        const asked = parts.map(
          ({ program, accounts, data }) =>
            new TransactionInstruction({
              programId: key(program).publicKey,
              keys: accounts.map(({ number, ...role }) => ({ pubkey: key(number).publicKey, ...role })),
              data: Buffer.from(data),
            }),
        );
        const transaction = compile(PAYER.publicKey, BLOCKHASH, asked, options);
        const bytes = transaction.message.serialize();
        const decoded = getCompiledTransactionMessageDecoder().decode(bytes);
        expect(Buffer.from(getCompiledTransactionMessageEncoder().encode(decoded)).equals(bytes)).to.equal(
          true,
        );

        const signers = transaction.message.staticAccountKeys
          .slice(0, transaction.message.header.numRequiredSignatures)
          .map(
            (signer) =>
              [PAYER, ...Array.from({ length: 10 }, (_, i) => key(i))].find((one) =>
                one.publicKey.equals(signer),
              )!,
          );
        transaction.sign(signers);
        const read = VersionedTransaction.deserialize(transaction.serialize());
        for (const [i, { publicKey }] of signers.entries())
          expect(verifyEd25519(publicKey.toBytes(), bytes, read.signatures[i]!)).to.equal(true);
        const message = read.message as MessageV1;
        expect(message.transactionConfig).to.deep.equal({
          computeUnitLimit: options.computeUnitLimit,
          loadedAccountsDataSizeLimit: options.loadedAccountBytes,
          priorityFee: options.priorityFee > 0n ? Number(options.priorityFee) : null,
          heapSize: null,
        });
        expect(message.staticAccountKeys[0]!.equals(PAYER.publicKey)).to.equal(true);
        for (const [
          i,
          { programIdIndex, accountKeyIndexes, data },
        ] of message.compiledInstructions.entries()) {
          expect(message.staticAccountKeys[programIdIndex]!.equals(asked[i]!.programId)).to.equal(true);
          expect(Buffer.from(data).equals(asked[i]!.data)).to.equal(true);
          expect(accountKeyIndexes.map((at) => message.staticAccountKeys[at]!.toBase58())).to.deep.equal(
            asked[i]!.keys.map(({ pubkey }) => pubkey.toBase58()),
          );
        }
        const roles = new Map<string, { isSigner: boolean; isWritable: boolean }>();
        for (const { pubkey, isSigner, isWritable } of asked.flatMap(({ keys }) => keys)) {
          const role = roles.get(pubkey.toBase58()) ?? { isSigner: false, isWritable: false };
          roles.set(pubkey.toBase58(), {
            isSigner: role.isSigner || isSigner,
            isWritable: role.isWritable || isWritable,
          });
        }
        for (const [address, role] of roles) {
          const at = message.staticAccountKeys.findIndex((one) => one.toBase58() === address);
          expect({
            isSigner: message.isAccountSigner(at),
            isWritable: message.isAccountWritable(at),
          }).to.deep.equal(role);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('always set limits: what version 0 gets unasked, unless told otherwise', () => {
    const nothing = new TransactionInstruction({ programId: key(20).publicKey, keys: [] });
    const configOf = (count: number) =>
      (compile(PAYER.publicKey, BLOCKHASH, new Array(count).fill(nothing)).message as MessageV1)
        .transactionConfig;
    expect(configOf(2)).to.include({
      computeUnitLimit: 400_000,
      loadedAccountsDataSizeLimit: 64 * 1024 * 1024,
    });
    expect(configOf(20)).to.include({ computeUnitLimit: 1_400_000 });
  });

  it('tell their size, and that they have none where they would not fit', () => {
    const sized = (bytes: number, version: 0 | 1) =>
      transactionBytes(
        PAYER.publicKey,
        [new TransactionInstruction({ programId: key(20).publicKey, keys: [], data: Buffer.alloc(bytes) })],
        { version },
      );
    const frame = sized(0, 1)!;
    expect(sized(4096 - frame, 1)).to.equal(4096);
    expect(sized(4097 - frame, 1)).to.equal(null);
    expect(sized(1000, 0)).to.be.within(1100, 1232);
    for (const bytes of [1200, 1800, 4000]) expect(sized(bytes, 0)).to.equal(null);
    const keys = Array.from({ length: 63 }, () => ({
      pubkey: Keypair.generate().publicKey,
      isSigner: false,
      isWritable: true,
    }));
    const naming = (count: number) =>
      transactionBytes(PAYER.publicKey, [
        new TransactionInstruction({ programId: key(20).publicKey, keys: keys.slice(0, count) }),
      ]);
    expect(naming(62)).to.be.a('number');
    expect(naming(63)).to.equal(null);
  });

  describe('on a chain', () => {
    let chain: TestChain;
    let payer: Keypair;
    const pay = (lamports: number) =>
      SystemProgram.transfer({
        fromPubkey: payer.publicKey,
        toPubkey: Keypair.generate().publicKey,
        lamports,
      });
    const landed = (signature: string) =>
      chain.connection.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
      });

    before(async () => {
      chain = await networkChain();
      payer = await fund(chain.connection, 10);
    });

    it('land in version 1, and pay exactly the priority fee they were told', async () => {
      const options = { priorityFee: 1_234n, computeUnitLimit: 10_000 };
      const signature = await sendAndConfirm(chain.connection, payer, [pay(1_000_000)], options);
      const response = await landed(signature);
      expect(response).to.include({ version: 1 });
      expect(response!.meta!.fee).to.equal(5_000 + 1_234);
    });

    it('land in version 0 where the cluster takes no other, which is asked once', async () => {
      const connection = withoutV1(chain.connection);
      let asked = 0;
      const raw = connection as unknown as {
        _rpcRequest(method: string, params: unknown[]): Promise<unknown>;
      };
      const request = raw._rpcRequest;
      raw._rpcRequest = (method, params) => {
        if (method === 'simulateTransaction') asked += 1;
        return request(method, params);
      };
      const options = { priorityFee: 1_000n, computeUnitLimit: 10_000 };
      const first = await sendAndConfirm(connection, payer, [pay(1_000_000)], options);
      await sendAndConfirm(connection, payer, [pay(1_000_001)]);
      expect(asked).to.equal(1);
      const response = await landed(first);
      expect(response).to.include({ version: 0 });
      expect(response!.meta!.fee).to.equal(5_000 + 1_000);

      const many = Array.from({ length: 40 }, () => pay(1_000_000));
      await expectError(sendAndConfirm(connection, payer, many), 'transaction-too-large');
      expect((await landed(await sendAndConfirm(chain.connection, payer, many)))?.meta?.err).to.equal(null);
    });

    it('are of version 0 for a wallet that signs no other', async () => {
      const { connection } = chain;
      const wallet = (...versions: ('legacy' | 0 | 1)[]) => ({
        supportedTransactionVersions: new Set(versions),
      });
      expect(await acceptedVersion(connection)).to.equal(1);
      expect(await acceptedVersion(connection, wallet('legacy', 0, 1))).to.equal(1);
      expect(await acceptedVersion(connection, wallet('legacy', 0))).to.equal(0);
      expect(await acceptedVersion(connection, { supportedTransactionVersions: null })).to.equal(0);
    });

    it('are of version 1 where a node does not say, until it does', async () => {
      const connection = new Connection(chain.connection.rpcEndpoint, 'confirmed');
      const raw = connection as unknown as { _rpcRequest: unknown };
      raw._rpcRequest = async () => ({ error: { code: -32005, message: 'Node is behind' } });
      expect(await acceptedVersion(connection)).to.equal(1);
      raw._rpcRequest = async () => ({ result: { value: { err: 'UnsupportedVersion' } } });
      expect(await acceptedVersion(connection)).to.equal(0);
    });
  });
});
