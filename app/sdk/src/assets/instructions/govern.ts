import { PublicKey, type TransactionInstruction } from '@solana/web3.js';
import type { Asset } from '../accounts';
import { instruction } from '../program';

/** First of two steps that hand over an asset's authority, which signs; null withdraws the proposal. */
export const proposeAssetAuthority = (args: {
  asset: Asset;
  newAuthority: PublicKey | null;
}): TransactionInstruction =>
  instruction(
    'proposeAuthority',
    { authority: args.newAuthority ?? PublicKey.default },
    { caller: args.asset.authority, asset: args.asset.address },
  );

/** Second step: the proposed authority signs. */
export const acceptAssetAuthority = (args: {
  asset: PublicKey;
  authority: PublicKey;
}): TransactionInstruction =>
  instruction('acceptAuthority', {}, { caller: args.authority, asset: args.asset });
