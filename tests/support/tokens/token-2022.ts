import { sendAndConfirm } from '@commonwire/sdk/core';
import {
  AccountState,
  AuthorityType,
  createInitializeDefaultAccountStateInstruction,
  createInitializeGroupMemberPointerInstruction,
  createInitializeGroupPointerInstruction,
  createInitializeInterestBearingMintInstruction,
  createInitializeMetadataPointerInstruction,
  createInitializeMint2Instruction,
  createInitializeMintCloseAuthorityInstruction,
  createInitializeNonTransferableMintInstruction,
  createInitializePausableConfigInstruction,
  createInitializePermanentDelegateInstruction,
  createInitializeScaledUiAmountConfigInstruction,
  createInitializeTransferFeeConfigInstruction,
  createInitializeTransferHookInstruction,
  createSetAuthorityInstruction,
  TOKEN_2022_PROGRAM_ID as PROGRAM,
  tokenGroupInitializeGroup,
  tokenMetadataInitialize,
} from '@solana/spl-token';
import { Keypair, type PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js';
import type { TestChain } from '../chain';

/** An extension that a mint gets before it is initialised. */
export interface MintExtension {
  /** As the network program names it. */
  name: string;
  /** Bytes of its value. */
  size: number;
  initialize(mint: PublicKey, authority: PublicKey): TransactionInstruction;
  /** Others that the token program insists on, and which come after it. */
  with?: readonly MintExtension[];
}

const raw = (mint: PublicKey, ...data: (number | Uint8Array)[]): TransactionInstruction =>
  new TransactionInstruction({
    programId: PROGRAM,
    keys: [{ pubkey: mint, isSigner: false, isWritable: true }],
    data: Buffer.concat(data.map((part) => (typeof part === 'number' ? Buffer.of(part) : part))),
  });
/** In place of an ElGamal key: Ristretto's generator, encoded. */
const ELGAMAL_KEY = Buffer.from('e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76', 'hex');

const transferFee: MintExtension = {
  name: 'transfer fee',
  size: 108,
  initialize: (mint, authority) =>
    createInitializeTransferFeeConfigInstruction(mint, authority, authority, 100, 1000n, PROGRAM),
};
const confidentialTransfer: MintExtension = {
  name: 'confidential transfer',
  size: 65,
  initialize: (mint, authority) => raw(mint, 27, 0, authority.toBytes(), 1, ELGAMAL_KEY),
};

/** Extensions that could hold back, take away or change payments: those that the token program lets a mint have. */
export const HARMFUL: readonly MintExtension[] = [
  transferFee,
  confidentialTransfer,
  {
    name: 'confidential transfer fee',
    size: 129,
    initialize: (mint, authority) => raw(mint, 37, 0, authority.toBytes(), ELGAMAL_KEY),
    with: [transferFee, confidentialTransfer],
  },
  {
    name: 'confidential mint and burn',
    size: 196,
    initialize: (mint) => raw(mint, 42, 0, ELGAMAL_KEY, new Uint8Array(36)),
    with: [confidentialTransfer],
  },
  {
    name: 'mint close authority',
    size: 32,
    initialize: (mint, authority) => createInitializeMintCloseAuthorityInstruction(mint, authority, PROGRAM),
  },
  {
    name: 'default account state',
    size: 1,
    initialize: (mint) =>
      createInitializeDefaultAccountStateInstruction(mint, AccountState.Initialized, PROGRAM),
  },
  {
    name: 'non-transferable',
    size: 0,
    initialize: (mint) => createInitializeNonTransferableMintInstruction(mint, PROGRAM),
  },
  {
    name: 'interest bearing',
    size: 52,
    initialize: (mint, authority) =>
      createInitializeInterestBearingMintInstruction(mint, authority, 100, PROGRAM),
  },
  {
    name: 'permanent delegate',
    size: 32,
    initialize: (mint, authority) => createInitializePermanentDelegateInstruction(mint, authority, PROGRAM),
  },
  {
    name: 'transfer hook',
    size: 64,
    initialize: (mint, authority) =>
      createInitializeTransferHookInstruction(mint, authority, SystemProgram.programId, PROGRAM),
  },
  {
    name: 'scaled UI amount',
    size: 56,
    initialize: (mint, authority) =>
      createInitializeScaledUiAmountConfigInstruction(mint, authority, 2, PROGRAM),
  },
  {
    name: 'pausable',
    size: 33,
    initialize: (mint, authority) => createInitializePausableConfigInstruction(mint, authority, PROGRAM),
  },
];

/** Pointers that a mint may have: to its own metadata and group. */
export const POINTERS: readonly MintExtension[] = [
  {
    name: 'metadata pointer',
    size: 64,
    initialize: (mint, authority) =>
      createInitializeMetadataPointerInstruction(mint, authority, mint, PROGRAM),
  },
  {
    name: 'group pointer',
    size: 64,
    initialize: (mint, authority) => createInitializeGroupPointerInstruction(mint, authority, mint, PROGRAM),
  },
  {
    name: 'group member pointer',
    size: 64,
    initialize: (mint, authority) =>
      createInitializeGroupMemberPointerInstruction(mint, authority, mint, PROGRAM),
  },
];

/** Puts metadata and a group of its own into a mint, as its authority. */
export async function describeMint({ connection, payer }: TestChain, mint: PublicKey): Promise<void> {
  const { publicKey } = payer;
  const uri = 'https://example.org/mesa.json';
  await tokenMetadataInitialize(connection, payer, mint, publicKey, payer, 'Sun of Mesa', 'MESA', uri);
  await tokenGroupInitializeGroup(connection, payer, mint, payer, publicKey, 8n);
}

/** Room for metadata and group, which the token program adds to the account itself. */
const LATER_BYTES = 1000;

/**
 * A mint of Token-2022 of 6 decimals. Its authority is the chain's payer while `finish` runs, and then `mintAuthority`.
 */
export async function makeToken2022(
  chain: TestChain,
  options: {
    extensions: readonly MintExtension[];
    mintAuthority: PublicKey;
    finish?: (mint: PublicKey) => Promise<void>;
  },
): Promise<PublicKey> {
  const { connection, payer } = chain;
  const authority = payer.publicKey;
  const key = Keypair.generate();
  const mint = key.publicKey;
  const extensions = options.extensions.flatMap((extension) => [extension, ...(extension.with ?? [])]);
  const space = 166 + extensions.reduce((sum, { size }) => sum + 4 + size, 0);
  const create = SystemProgram.createAccount({
    fromPubkey: authority,
    newAccountPubkey: mint,
    lamports: await connection.getMinimumBalanceForRentExemption(space + LATER_BYTES),
    space,
    programId: PROGRAM,
  });
  const initialize = extensions.map((extension) => extension.initialize(mint, authority));
  const mintInstruction = createInitializeMint2Instruction(mint, 6, authority, null, PROGRAM);
  await sendAndConfirm(connection, payer, [create, ...initialize, mintInstruction], { signers: [key] });
  const handOver = createSetAuthorityInstruction(
    mint,
    authority,
    AuthorityType.MintTokens,
    options.mintAuthority,
    [],
    PROGRAM,
  );
  await options.finish?.(mint);
  await sendAndConfirm(connection, payer, [handOver]);
  return mint;
}
