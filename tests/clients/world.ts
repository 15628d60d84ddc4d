import { type Localnet, startLocalnet } from '@commonwire/localnet';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import {
  approve,
  createAssociatedTokenAccount,
  createInitializeInterestBearingMintInstruction,
  createInitializeMetadataPointerInstruction,
  createInitializeMint2Instruction,
  createMint,
  ExtensionType,
  getMintLen,
  mintTo,
  TOKEN_2022_PROGRAM_ID,
  tokenMetadataInitialize,
} from '@solana/spl-token';
import {
  AddressLookupTableProgram,
  Connection,
  Keypair,
  LAMPORTS_PER_SOL,
  NONCE_ACCOUNT_LENGTH,
  PublicKey,
  SystemProgram,
  Transaction,
  TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';

const MEMO = new PublicKey('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');

/** A chain with one of everything that clients ask for. Slots pass only when told. */
export interface World {
  localnet: Localnet;
  connection: Connection;
  payer: Keypair;
  /** What exists, in base58. */
  known: {
    payer: string;
    receiver: string;
    mint: string;
    tokenAccount: string;
    delegate: string;
    mint2022: string;
    tokenAccount2022: string;
    nonce: string;
    table: string;
    program: string;
    voteAccount: string;
    /** The identity of the one validator. */
    validator: string;
    /** Signatures of a transfer with memo, of one that failed, and of a version 0 one by a table. */
    transfer: string;
    failed: string;
    versioned: string;
    /** The slot of `transfer`. */
    slot: number;
  };
  close(): Promise<void>;
}

/** Starts a chain and creates everything in it. */
export async function startWorld(): Promise<World> {
  const localnet = await startLocalnet({ slotMs: 400, programs: prebuiltPrograms() });
  const connection = new Connection(localnet.rpcUrl, 'confirmed');
  const payer = Keypair.generate();
  await connection.requestAirdrop(payer.publicKey, 1_000 * LAMPORTS_PER_SOL);

  const send: Send = async (instructions, others = [], skipPreflight = false) => {
    const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash();
    const transaction = new Transaction({ feePayer: payer.publicKey, blockhash, lastValidBlockHeight });
    transaction.add(...instructions).sign(payer, ...others);
    return connection.sendRawTransaction(transaction.serialize(), { skipPreflight });
  };
  const receiver = Keypair.generate().publicKey;
  const pay = (lamports: number) =>
    SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: receiver, lamports });
  const memo = new TransactionInstruction({
    programId: MEMO,
    keys: [],
    data: Buffer.from('for the reading'),
  });

  const tokens = await makeTokens(connection, payer);
  const extended = await makeExtended(connection, payer, send);
  const nonce = Keypair.generate();
  await send(
    [
      SystemProgram.createNonceAccount({
        fromPubkey: payer.publicKey,
        noncePubkey: nonce.publicKey,
        authorizedPubkey: payer.publicKey,
        lamports: await connection.getMinimumBalanceForRentExemption(NONCE_ACCOUNT_LENGTH),
      }),
    ],
    [nonce],
  );
  const transfer = await send([pay(LAMPORTS_PER_SOL), memo]);
  const slot = await connection.getSlot('processed');
  const failed = await send([pay(Number.MAX_SAFE_INTEGER)], [], true);
  const { table, versioned } = await byTable(localnet, connection, payer, receiver, send);
  localnet.advanceSlots(2);
  const { current } = await connection.getVoteAccounts();
  return {
    localnet,
    connection,
    payer,
    known: {
      payer: payer.publicKey.toBase58(),
      receiver: receiver.toBase58(),
      ...tokens,
      ...extended,
      nonce: nonce.publicKey.toBase58(),
      table: table.toBase58(),
      program: PROGRAM_ID.toBase58(),
      voteAccount: current[0]!.votePubkey,
      validator: current[0]!.nodePubkey,
      transfer,
      failed,
      versioned,
      slot,
    },
    close: () => localnet.close(),
  };
}

type Send = (
  instructions: (Transaction | TransactionInstruction)[],
  others?: Keypair[],
  skipPreflight?: boolean,
) => Promise<string>;

async function makeTokens(connection: Connection, payer: Keypair) {
  const mint = await createMint(connection, payer, payer.publicKey, null, 6);
  const account = await createAssociatedTokenAccount(connection, payer, mint, payer.publicKey);
  await mintTo(connection, payer, mint, account, payer, 5_500_000n);
  const delegate = Keypair.generate().publicKey;
  await approve(connection, payer, account, delegate, payer, 250_000n);
  return { mint: mint.toBase58(), tokenAccount: account.toBase58(), delegate: delegate.toBase58() };
}

/** A Token-2022 mint that earns interest and carries its own metadata, and an account of it. */
async function makeExtended(connection: Connection, payer: Keypair, send: Send) {
  const mint = Keypair.generate();
  const size = getMintLen([ExtensionType.InterestBearingConfig, ExtensionType.MetadataPointer]);
  await send(
    [
      SystemProgram.createAccount({
        fromPubkey: payer.publicKey,
        newAccountPubkey: mint.publicKey,
        // Enough for the metadata, by which the account grows.
        lamports: await connection.getMinimumBalanceForRentExemption(size + 500),
        space: size,
        programId: TOKEN_2022_PROGRAM_ID,
      }),
      createInitializeInterestBearingMintInstruction(
        mint.publicKey,
        payer.publicKey,
        500,
        TOKEN_2022_PROGRAM_ID,
      ),
      createInitializeMetadataPointerInstruction(
        mint.publicKey,
        payer.publicKey,
        mint.publicKey,
        TOKEN_2022_PROGRAM_ID,
      ),
      createInitializeMint2Instruction(mint.publicKey, 2, payer.publicKey, null, TOKEN_2022_PROGRAM_ID),
    ],
    [mint],
  );
  await tokenMetadataInitialize(
    connection,
    payer,
    mint.publicKey,
    payer.publicKey,
    payer,
    'Watt',
    'WATT',
    'https://example.com/watt.json',
  );
  const account = await createAssociatedTokenAccount(
    connection,
    payer,
    mint.publicKey,
    payer.publicKey,
    undefined,
    TOKEN_2022_PROGRAM_ID,
  );
  await mintTo(connection, payer, mint.publicKey, account, payer, 700n, [], undefined, TOKEN_2022_PROGRAM_ID);
  return { mint2022: mint.publicKey.toBase58(), tokenAccount2022: account.toBase58() };
}

/** Makes a lookup table and pays by a transaction that uses it. */
async function byTable(
  localnet: Localnet,
  connection: Connection,
  payer: Keypair,
  receiver: PublicKey,
  send: Send,
) {
  const recentSlot = await connection.getSlot('finalized');
  const roles = { authority: payer.publicKey, payer: payer.publicKey };
  const [create, table] = AddressLookupTableProgram.createLookupTable({ ...roles, recentSlot });
  const extend = AddressLookupTableProgram.extendLookupTable({
    ...roles,
    lookupTable: table,
    addresses: [receiver],
  });
  await send([create, extend]);
  localnet.advanceSlots(1);
  const { value } = await connection.getAddressLookupTable(table);
  const { blockhash } = await connection.getLatestBlockhash();
  const message = new TransactionMessage({
    payerKey: payer.publicKey,
    recentBlockhash: blockhash,
    instructions: [
      SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: receiver, lamports: 1_000_000 }),
    ],
  }).compileToV0Message([value!]);
  const transaction = new VersionedTransaction(message);
  transaction.sign([payer]);
  return { table, versioned: await connection.sendTransaction(transaction) };
}
