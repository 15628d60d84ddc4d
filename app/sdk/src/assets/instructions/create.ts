import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID, tokenAccountAddress } from '../../core/addresses';
import { bn } from '../../core/anchor-values';
import { assetAddress, escrowAddress, shareMintAddress, stakeVaultAddress } from '../addresses';
import { instruction, NONE } from '../program';
import { type Metadata, metadataArgument, type Terms, termsArgument } from '../terms';

/** A token that nobody can freeze, tax or take back. */
export interface SharedToken {
  mint: PublicKey;
  /** Default SPL Token. */
  tokenProgram?: PublicKey;
}

export interface CreateAsset {
  /** Signs, pays the rent, and is a seed of the asset's address. */
  creator: PublicKey;
  /** Random. */
  id: bigint;
  authority: PublicKey;
  /** Gives the permits that holders need. Default: shares need none. */
  compliance?: PublicKey;
  payment: SharedToken;
  /** The reward token of the network of its devices. Default: none, or the payment token. */
  reward?: SharedToken;
  terms: Terms;
  metadata: Metadata;
}

/** Creates an asset after the vaults of its streams, where they don't exist yet. @throws FormatError */
export function createAsset(args: CreateAsset): TransactionInstruction[] {
  const { creator, compliance, payment, reward } = args;
  const asset = assetAddress(args);
  const vaultOf = ({ mint, tokenProgram }: SharedToken) =>
    tokenAccountAddress({ owner: asset, mint, ...(tokenProgram ? { tokenProgram } : {}) });
  const programOf = ({ tokenProgram = TOKEN_PROGRAM_ID }: SharedToken) => tokenProgram;
  const vaults = [payment, ...(reward ? [reward] : [])].map((token) =>
    createAssociatedTokenAccountIdempotentInstruction(
      creator,
      vaultOf(token),
      asset,
      token.mint,
      programOf(token),
    ),
  );
  const create = instruction(
    'createAsset',
    {
      id: bn(args.id),
      authority: args.authority,
      compliance: compliance ?? PublicKey.default,
      terms: termsArgument(args.terms),
      metadata: metadataArgument(args.metadata),
    },
    {
      creator,
      asset,
      shareMint: shareMintAddress(asset),
      escrow: escrowAddress(asset),
      stakeVault: stakeVaultAddress(asset),
      paymentMint: payment.mint,
      paymentVault: vaultOf(payment),
      paymentTokenProgram: programOf(payment),
      shareTokenProgram: compliance ? TOKEN_2022_PROGRAM_ID : TOKEN_PROGRAM_ID,
      rewardMint: reward?.mint ?? NONE,
      rewardVault: reward ? vaultOf(reward) : NONE,
      rewardTokenProgram: reward ? programOf(reward) : NONE,
    },
  );
  return [...vaults, create];
}
