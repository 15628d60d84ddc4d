import type { PublicKey } from '@solana/web3.js';
import { tokenAccountAddress } from '../../core/addresses';
import type { Asset, Revenue } from '../accounts';
import { permitAddress } from '../addresses';
import { NONE } from '../program';

/** A wallet's associated account of an asset's shares. */
export const sharesOf = (asset: Asset, owner: PublicKey): PublicKey =>
  tokenAccountAddress({ owner, mint: asset.shareMint, tokenProgram: asset.shareProgram });

/** A wallet's associated account of a stream's token. */
export const tokensOf = ({ mint, tokenProgram }: Revenue, owner: PublicKey): PublicKey =>
  tokenAccountAddress({ owner, mint, tokenProgram });

/** A wallet's permit where the asset asks for one. */
export const permitOf = ({ compliance }: Asset, wallet: PublicKey): PublicKey =>
  compliance ? permitAddress({ compliance, wallet }) : NONE;

/** An asset's stream. @throws RangeError if it has none of this number */
export function streamOf(asset: Asset, stream: number): Revenue {
  const revenue = asset.revenue[stream];
  if (!revenue) throw new RangeError(`asset ${asset.address} has no stream ${stream}`);
  return revenue;
}
