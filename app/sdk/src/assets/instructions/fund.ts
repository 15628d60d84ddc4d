import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import type { Asset } from '../accounts';
import { instruction } from '../program';
import { permitOf, sharesOf, tokensOf } from './accounts';

/** Creates a wallet's account of an asset's shares where there is none. */
export const createShareAccount = (args: {
  asset: Asset;
  payer: PublicKey;
  owner: PublicKey;
}): TransactionInstruction => {
  const { asset, payer, owner } = args;
  const { shareMint, shareProgram } = asset;
  const account = sharesOf(asset, owner);
  return createAssociatedTokenAccountIdempotentInstruction(payer, account, owner, shareMint, shareProgram);
};

/** Buys shares: as many as are left, if those are fewer. The funder signs, and needs a permit where the asset asks for one. */
export const fundAsset = (args: {
  asset: Asset;
  funder: PublicKey;
  shares: bigint;
  /** Pays. Default: the funder's associated token account. */
  source?: PublicKey;
}): TransactionInstruction => {
  const { asset, funder, shares, source = tokensOf(asset.revenue[0], funder) } = args;
  return instruction(
    'fund',
    { amount: bn(shares) },
    {
      funder,
      asset: asset.address,
      source,
      escrow: asset.escrow,
      shareMint: asset.shareMint,
      shares: sharesOf(asset, funder),
      permit: permitOf(asset, funder),
      paymentTokenProgram: asset.revenue[0].tokenProgram,
      shareTokenProgram: asset.shareProgram,
    },
  );
};

/** Ends funding, at the deadline or once the last share is sold. Anyone may send it. */
export const finalizeAsset = (asset: Asset): TransactionInstruction =>
  instruction(
    'finalize',
    {},
    { asset: asset.address, shareMint: asset.shareMint, shareTokenProgram: asset.shareProgram },
  );

interface Leave {
  asset: Asset;
  /** Signs. */
  holder: PublicKey;
  /** Is paid. Default: the holder's associated token account. */
  destination?: PublicKey;
}

/** Refunds all shares of a wallet in full, once the asset has missed its goal. */
export const refundShares = (args: Leave): TransactionInstruction =>
  instruction('refund', {}, leaveAccounts(args));

/** Redeems shares for their part of what was clawed back. */
export const redeemShares = (args: Leave & { shares: bigint }): TransactionInstruction =>
  instruction('redeem', { amount: bn(args.shares) }, leaveAccounts(args));

const leaveAccounts = ({ asset, holder, destination = tokensOf(asset.revenue[0], holder) }: Leave) => ({
  holder,
  asset: asset.address,
  shareMint: asset.shareMint,
  shares: sharesOf(asset, holder),
  escrow: asset.escrow,
  destination,
  paymentTokenProgram: asset.revenue[0].tokenProgram,
  shareTokenProgram: asset.shareProgram,
});
