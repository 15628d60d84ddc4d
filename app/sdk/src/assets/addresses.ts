import type { PublicKey } from '@solana/web3.js';
import { programAddress } from '../core/addresses';
import { ascii, u64 } from '../core/bytes';
import { assetsProgram } from './program';

const derive = (...seeds: Uint8Array[]): PublicKey => programAddress(assetsProgram.address, ...seeds);

/** Address of the asset that `creator` made under `id`. It owns the asset's devices and vaults. */
export const assetAddress = ({ creator, id }: { creator: PublicKey; id: bigint }): PublicKey =>
  derive(ascii('asset'), creator.toBytes(), u64(id));

/** Address of the mint of an asset's shares. */
export const shareMintAddress = (asset: PublicKey): PublicKey => derive(ascii('shares'), asset.toBytes());

/** Address of the account that keeps what funders paid. */
export const escrowAddress = (asset: PublicKey): PublicKey => derive(ascii('escrow'), asset.toBytes());

/** Address of the account that keeps the shares of all stakes. */
export const stakeVaultAddress = (asset: PublicKey): PublicKey => derive(ascii('staked'), asset.toBytes());

/** Address of what `owner` has staked in an asset. */
export const stakeAddress = ({ asset, owner }: { asset: PublicKey; owner: PublicKey }): PublicKey =>
  derive(ascii('stake'), asset.toBytes(), owner.toBytes());

/** Address of a wallet's permit by a compliance authority, which counts for all assets of that authority. */
export const permitAddress = (at: { compliance: PublicKey; wallet: PublicKey }): PublicKey =>
  derive(ascii('permit'), at.compliance.toBytes(), at.wallet.toBytes());
