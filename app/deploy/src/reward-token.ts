import { TOKEN_2022_PROGRAM_ID } from '@commonwire/sdk/core';
import { checkRewardMint, RewardMintError } from '@commonwire/sdk/network';
import {
  AuthorityType,
  createInitializeMetadataPointerInstruction,
  createInitializeMint2Instruction,
  createSetAuthorityInstruction,
  ExtensionType,
  getMintLen,
} from '@solana/spl-token';
import {
  type Connection,
  Keypair,
  type PublicKey,
  type Signer,
  SystemProgram,
  TransactionInstruction,
} from '@solana/web3.js';
import { CreateNetworkError } from './create-network-error';
import type { TokenConfig, TokenMetadata } from './token-config';

/** A network's token and the instructions that create it; none if it already exists. */
export interface RewardToken {
  mint: PublicKey;
  tokenProgram: PublicKey;
  instructions: TransactionInstruction[];
  signers: Signer[];
  /** The rent of the mint, lamports. */
  rent: number;
}

/**
 * Returns the token that a configuration names or describes. Only the network can mint a new token, and nobody can freeze
 * it; the network's authority can change its metadata.
 * @throws CreateNetworkError `wrong-token`
 */
export async function rewardToken(
  connection: Connection,
  token: TokenConfig,
  who: { payer: PublicKey; network: PublicKey; authority: PublicKey },
): Promise<RewardToken> {
  if (token.kind === 'funded') {
    const { tokenProgram } = await checked(connection, token.mint);
    return { mint: token.mint, tokenProgram, instructions: [], signers: [], rent: 0 };
  }
  const { program, decimals, metadata } = token;
  const key = Keypair.generate();
  const mint = key.publicKey;
  const space = getMintLen(metadata ? [ExtensionType.MetadataPointer] : []);
  const described = metadata ? metadataInstruction(metadata, { ...who, mint }) : null;
  // The token program extends the mint for its metadata and pays the rent from the mint's lamports.
  const whole = space + (metadata ? METADATA_HEAD_BYTES + packed(metadata).length : 0);
  const rent = await connection.getMinimumBalanceForRentExemption(whole);
  const create = SystemProgram.createAccount({
    fromPubkey: who.payer,
    newAccountPubkey: mint,
    lamports: rent,
    space,
    programId: program,
  });
  const initialize = (authority: PublicKey) =>
    createInitializeMint2Instruction(mint, decimals, authority, null, program);
  const instructions = described
    ? [
        create,
        createInitializeMetadataPointerInstruction(mint, who.authority, mint, program),
        initialize(who.payer),
        described,
        createSetAuthorityInstruction(mint, who.payer, AuthorityType.MintTokens, who.network, [], program),
      ]
    : [create, initialize(who.network)];
  return { mint, tokenProgram: program, instructions, signers: [key], rent };
}

async function checked(connection: Connection, mint: PublicKey) {
  try {
    return await checkRewardMint(connection, mint);
  } catch (error) {
    if (!(error instanceof RewardMintError)) throw error;
    throw new CreateNetworkError('wrong-token', `token.mint: ${error.message}`, { cause: error });
  }
}

/** Size of extension type and length, update authority, mint, and number of additional fields. */
const METADATA_HEAD_BYTES = 4 + 32 + 32 + 4;

/** The first 8 bytes of the SHA-256 of "spl_token_metadata_interface:initialize_account". */
const INITIALIZE_METADATA = [210, 225, 30, 162, 88, 184, 77, 141];

/** Makes `initialize` of the token metadata interface. The payer signs it as the mint's temporary authority. */
function metadataInstruction(
  metadata: TokenMetadata,
  { payer, authority, mint }: { payer: PublicKey; authority: PublicKey; mint: PublicKey },
): TransactionInstruction {
  return new TransactionInstruction({
    programId: TOKEN_2022_PROGRAM_ID,
    keys: [
      { pubkey: mint, isSigner: false, isWritable: true },
      { pubkey: authority, isSigner: false, isWritable: false },
      { pubkey: mint, isSigner: false, isWritable: false },
      { pubkey: payer, isSigner: true, isWritable: false },
    ],
    data: Buffer.concat([Buffer.from(INITIALIZE_METADATA), packed(metadata)]),
  });
}

const packed = ({ name, symbol, uri }: TokenMetadata): Buffer =>
  Buffer.concat(
    [name, symbol, uri].flatMap((value) => {
      const bytes = Buffer.from(value);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
