import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import type { Asset, Stake } from '../accounts';
import { stakeAddress } from '../addresses';
import { instruction } from '../program';
import { permitOf, sharesOf } from './accounts';

/** Stakes shares: they earn from then on, and object. Where the owner has no valid permit, they only object. The owner signs. */
export const stakeShares = (args: {
  asset: Asset;
  owner: PublicKey;
  /** Pays the rent of a first stake, and signs. Default: the owner. */
  payer?: PublicKey;
  shares: bigint;
}): TransactionInstruction => {
  const { asset, owner, payer = owner } = args;
  return instruction(
    'stakeShares',
    { amount: bn(args.shares) },
    {
      owner,
      payer,
      asset: asset.address,
      stake: stakeAddress({ asset: asset.address, owner }),
      shares: sharesOf(asset, owner),
      stakeVault: asset.stakeVault,
      shareMint: asset.shareMint,
      permit: permitOf(asset, owner),
      shareTokenProgram: asset.shareProgram,
    },
  );
};

/** Takes shares out of a stake, at once. The owner signs. */
export const unstakeShares = (args: {
  asset: Asset;
  owner: PublicKey;
  shares: bigint;
  /** Receives them. Default: the owner's associated account. */
  destination?: PublicKey;
}): TransactionInstruction => {
  const { asset, owner, destination = sharesOf(asset, owner) } = args;
  return instruction(
    'unstakeShares',
    { amount: bn(args.shares) },
    {
      owner,
      asset: asset.address,
      stake: stakeAddress({ asset: asset.address, owner }),
      shareMint: asset.shareMint,
      shares: destination,
      stakeVault: asset.stakeVault,
      shareTokenProgram: asset.shareProgram,
    },
  );
};

/** Closes a stake without shares and income; the rent goes back to whoever paid it. Anyone may send it. */
export const closeStake = ({ address, asset, payer }: Stake): TransactionInstruction =>
  instruction('closeStake', {}, { asset, stake: address, payer });
