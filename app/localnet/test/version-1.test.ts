import {
  AccountRole,
  type Address,
  address,
  appendTransactionMessageInstructions,
  assertIsTransactionWithBlockhashLifetime,
  createKeyPairSignerFromBytes,
  createSolanaRpc,
  createSolanaRpcSubscriptions,
  createTransactionMessage,
  getBase64EncodedWireTransaction,
  getSignatureFromTransaction,
  getTransactionEncoder,
  type Instruction,
  type KeyPairSigner,
  pipe,
  sendAndConfirmTransactionFactory,
  setTransactionMessageConfig,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  type V1TransactionConfig,
} from '@solana/kit';
import { Keypair, type MessageV1, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { type Fixture, post, rejection, startFixture } from './support';

const SYSTEM = address(SystemProgram.programId.toBase58());
const LIMITS = { computeUnitLimit: 30_000, loadedAccountsDataSizeLimit: 64 * 1024 };

const newAddress = (): Address => address(Keypair.generate().publicKey.toBase58());

function transfer(from: KeyPairSigner, to: Address, lamports: bigint): Instruction {
  const data = new Uint8Array(12);
  new DataView(data.buffer).setUint32(0, 2, true);
  new DataView(data.buffer).setBigUint64(4, lamports, true);
  const accounts = [
    { address: from.address, role: AccountRole.WRITABLE_SIGNER, signer: from },
    { address: to, role: AccountRole.WRITABLE },
  ];
  return { programAddress: SYSTEM, accounts, data };
}

describe('localnet: version 1 transactions, by @solana/kit and web3.js', () => {
  let fixture: Fixture;
  let rpc: ReturnType<typeof createSolanaRpc>;
  let payer: KeyPairSigner;

  before(async () => {
    fixture = await startFixture();
    rpc = createSolanaRpc(fixture.localnet.rpcUrl);
    payer = await createKeyPairSignerFromBytes(fixture.payer.secretKey);
  });
  after(() => fixture.localnet.close());

  async function signed(instructions: readonly Instruction[], config: V1TransactionConfig = LIMITS) {
    const { value: latest } = await rpc.getLatestBlockhash({ commitment: 'confirmed' }).send();
    const message = pipe(
      createTransactionMessage({ version: 1 }),
      (empty) => setTransactionMessageConfig(config, empty),
      (limited) => setTransactionMessageFeePayerSigner(payer, limited),
      (paid) => setTransactionMessageLifetimeUsingBlockhash(latest, paid),
      (alive) => appendTransactionMessageInstructions(instructions, alive),
    );
    const transaction = await signTransactionMessageWithSigners(message);
    assertIsTransactionWithBlockhashLifetime(transaction);
    return {
      transaction,
      base64: getBase64EncodedWireTransaction(transaction),
      signature: getSignatureFromTransaction(transaction),
    };
  }

  const send = async (made: Awaited<ReturnType<typeof signed>>) => {
    await rpc.sendTransaction(made.base64, { encoding: 'base64' }).send();
    return made.signature;
  };
  /** Sends bytes with one of them changed, as no client library would make them. */
  const sendAltered = async (at: number, value: number) => {
    const { transaction } = await signed([transfer(payer, newAddress(), 1_000_000n)]);
    const bytes = Uint8Array.from(getTransactionEncoder().encode(transaction));
    bytes[at] = value;
    const params = [Buffer.from(bytes).toString('base64'), { encoding: 'base64', skipPreflight: true }];
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'sendTransaction', params });
    return (await post(fixture.localnet, body)).json.error;
  };

  it('sends, confirms over WebSocket and takes exactly the fee that it told', async () => {
    const rpcSubscriptions = createSolanaRpcSubscriptions(fixture.localnet.wsUrl);
    const confirm = sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions } as never);
    const receiver = newAddress();
    const { transaction, signature } = await signed([transfer(payer, receiver, 1_000_000n)], {
      ...LIMITS,
      priorityFeeLamports: 777n,
    });
    const message = Buffer.from(transaction.messageBytes).toString('base64') as never;
    const { value: fee } = await rpc.getFeeForMessage(message, { commitment: 'confirmed' }).send();
    expect(fee).to.equal(5777n);

    await confirm(transaction, { commitment: 'confirmed' });

    expect((await rpc.getBalance(receiver, { commitment: 'confirmed' }).send()).value).to.equal(1_000_000n);
    const landed = await rpc
      .getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: 1,
        encoding: 'json',
      })
      .send();
    expect(landed?.meta?.fee).to.equal(5777n);
  });

  it('keeps them in history with their version and limits', async () => {
    const { connection } = fixture;
    const receiver = newAddress();
    const config = { ...LIMITS, priorityFeeLamports: 5n, heapSize: 64 * 1024 };
    const signature = await send(await signed([transfer(payer, receiver, 1_000_000n)], config));
    const options = { commitment: 'confirmed', maxSupportedTransactionVersion: 1 } as const;

    const byKit = await rpc.getTransaction(signature, { ...options, encoding: 'json' }).send();
    expect(byKit?.version).to.equal(1);
    expect(byKit?.transaction.message).to.deep.include({
      transactionConfig: {
        computeUnitLimit: 30_000,
        heapSize: 64 * 1024,
        loadedAccountsDataSizeLimit: 64 * 1024,
        priorityFee: 5n,
      },
    });
    const parsed = await rpc.getTransaction(signature, { ...options, encoding: 'jsonParsed' }).send();
    expect(parsed?.transaction.message.accountKeys.map(({ pubkey }) => pubkey)).to.include(receiver);

    const byWeb3 = await connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 1,
    });
    expect(byWeb3?.version).to.equal(1);
    const message = byWeb3!.transaction.message as MessageV1;
    expect(message.transactionConfig).to.deep.include({ computeUnitLimit: 30_000, priorityFee: 5 });
    expect(message.staticAccountKeys.map(String)).to.include(receiver);
    const [entry] = await connection.getSignaturesForAddress(message.staticAccountKeys[1]!);
    expect(entry?.signature).to.equal(signature);
    const block = await connection.getBlock(byWeb3!.slot, options);
    expect(block?.transactions.map(({ transaction }) => transaction.signatures[0])).to.include(signature);
    const inParsed = await connection.getParsedTransaction(signature, options);
    expect(inParsed?.transaction.message.accountKeys.map(({ pubkey }) => String(pubkey))).to.include(
      receiver,
    );
  });

  it('error: whoever asks for lower versions gets -32015', async () => {
    const { connection } = fixture;
    const signature = await send(await signed([transfer(payer, newAddress(), 1_000_000n)]));
    for (const maxSupportedTransactionVersion of [0, undefined]) {
      const reading = connection.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion,
      } as never);
      const error = await rejection<Error & { code: number }>(reading);
      expect(error.code).to.equal(-32015);
      expect(error.message).to.contain('Transaction version (1) is not supported');
    }
    const { slot } = (await connection.getTransaction(signature, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: 1,
    }))!;
    const body = { jsonrpc: '2.0', id: 1, method: 'getBlock', params: [slot, { commitment: 'confirmed' }] };
    expect((await post(fixture.localnet, JSON.stringify(body))).json.error.code).to.equal(-32015);
  });

  it('carries 64 addresses and more than 1,232 bytes, and no more than 64 and 4,096', async () => {
    const receivers = Array.from({ length: 62 }, newAddress);
    const most = await signed(receivers.map((to) => transfer(payer, to, 1_000_000n)));
    expect(Buffer.from(most.base64, 'base64').length).to.be.within(1233, 4096);
    await send(most);
    expect((await rpc.getBalance(receivers[61]!, { commitment: 'confirmed' }).send()).value).to.equal(
      1_000_000n,
    );

    // One more key, and the count of keys alone: the rest then is read otherwise, which no rule allows.
    expect((await sendAltered(41, 65)).code).to.equal(-32602);
    const long = { programAddress: SYSTEM, accounts: [], data: new Uint8Array(4096) };
    const { base64 } = await signed([long]);
    const error = await rejection(rpc.sendTransaction(base64, { encoding: 'base64' }).send());
    expect(error.message).to.match(/too large/);
  });

  it('error: masks, heaps and signatures that SIMD-0385 forbids', async () => {
    expect((await sendAltered(4, 0b1101)).message).to.contain('config mask');
    expect((await sendAltered(4, 0b101100)).message).to.contain('config mask');
    expect((await sendAltered(1, 13)).code).to.equal(-32602);
    expect((await sendAltered(0, 0x82)).code).to.equal(-32602);
    const heap = await signed([transfer(payer, newAddress(), 1n)], { ...LIMITS, heapSize: 32 * 1024 });
    const bytes = Buffer.from(heap.base64, 'base64');
    bytes.writeUInt32LE(33 * 1024 + 1, bytes.indexOf(Buffer.from([0, 128, 0, 0]), 42));
    const params = [bytes.toString('base64'), { encoding: 'base64' }];
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'sendTransaction', params });
    expect((await post(fixture.localnet, body)).json.error.message).to.contain('invalid heap size');
  });

  it('grants nothing where no limit is set', async () => {
    const { base64 } = await signed([transfer(payer, newAddress(), 1_000_000n)], {});
    const { value } = await rpc.simulateTransaction(base64, { encoding: 'base64' }).send();
    expect(value.err).to.not.equal(null);
  });

  it('simulates with another blockhash and without signatures', async () => {
    const receiver = newAddress();
    const { base64 } = await signed([transfer(payer, receiver, 1_000_000n)]);
    const bytes = Buffer.from(base64, 'base64');
    bytes.fill(7, 8, 40);
    bytes.fill(0, bytes.length - 64);
    const altered = bytes.toString('base64') as typeof base64;
    const plain = await rpc.simulateTransaction(altered, { encoding: 'base64' }).send();
    expect(plain.value.err).to.equal('BlockhashNotFound');
    const { value } = await rpc
      .simulateTransaction(altered, {
        encoding: 'base64',
        replaceRecentBlockhash: true,
        innerInstructions: true,
      })
      .send();
    expect(value.err).to.equal(null);
    expect(value.unitsConsumed).to.equal(150n);
    expect((await rpc.getBalance(receiver, { commitment: 'confirmed' }).send()).value).to.equal(0n);
  });

  it('tells log subscriptions of them', async () => {
    const { connection } = fixture;
    const receiver = Keypair.generate().publicKey;
    let hear: (signature: string) => void = () => {};
    const heard = new Promise<string>((resolve) => {
      hear = resolve;
    });
    const logs = connection.onLogs(receiver, ({ signature }) => hear(signature), 'confirmed');
    // Requests of one connection are answered in order: once a root is heard of, the logs are subscribed to.
    await new Promise<void>((resolve) => {
      const roots = connection.onRootChange(() => {
        void connection.removeRootChangeListener(roots);
        resolve();
      });
    });
    const signature = await send(await signed([transfer(payer, address(receiver.toBase58()), 1_000_000n)]));
    expect(await heard).to.equal(signature);
    await connection.removeOnLogsListener(logs);
  });

  it('error: sent again, or with a wrong signature', async () => {
    const made = await signed([transfer(payer, newAddress(), 1_000_000n)]);
    await send(made);
    const again = await rejection(send(made));
    expect(String(again.cause)).to.match(/already/i);
    const bytes = Buffer.from(made.base64, 'base64');
    bytes[bytes.length - 1]! ^= 1;
    const params = [bytes.toString('base64'), { encoding: 'base64', preflightCommitment: 'confirmed' }];
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'sendTransaction', params });
    const { error } = (await post(fixture.localnet, body)).json;
    expect(error.code).to.equal(-32002);
    expect(error.data.err).to.equal('SignatureFailure');
  });
});
