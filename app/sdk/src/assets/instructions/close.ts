import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import type { Asset } from '../accounts';
import { instruction } from '../program';
import { tokensOf } from './accounts';

/** Closes an asset of which nobody holds anything. The authority signs; rents go back to the creator. */
export const closeAsset = (args: {
  asset: Asset;
  /** By stream: receive what nobody owns. Default: the authority's associated token accounts. */
  destinations?: readonly PublicKey[];
}): TransactionInstruction => {
  const { asset, destinations = [] } = args;
  const [payment, reward] = asset.revenue;
  // Without a reward token, accounts that the program doesn't look at stand in the place of its own.
  const none = asset.authority;
  return instruction(
    'closeAsset',
    {},
    {
      authority: asset.authority,
      asset: asset.address,
      creator: asset.creator,
      shareMint: asset.shareMint,
      escrow: asset.escrow,
      stakeVault: asset.stakeVault,
      paymentVault: payment.vault,
      paymentDestination: destinations[0] ?? tokensOf(payment, asset.authority),
      paymentTokenProgram: payment.tokenProgram,
      shareTokenProgram: asset.shareProgram,
      rewardVault: reward?.vault ?? none,
      rewardDestination: reward ? (destinations[1] ?? tokensOf(reward, asset.authority)) : none,
      rewardTokenProgram: reward?.tokenProgram ?? none,
    },
  );
};
