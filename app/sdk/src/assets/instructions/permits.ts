import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import type { Asset } from '../accounts';
import { permitAddress, stakeAddress } from '../addresses';
import { instruction, NONE } from '../program';
import { permitOf, sharesOf } from './accounts';

/** Gives a wallet a permit, or changes it: an expiry in the past revokes it. The compliance authority signs. */
export const setPermit = (args: {
  compliance: PublicKey;
  wallet: PublicKey;
  /** ISO 3166-1 numeric code. */
  jurisdiction: number;
  /** Unix seconds, not 0. */
  expiresAt: bigint;
  /** Pays the rent of a new permit, and signs. Default: the compliance authority. */
  payer?: PublicKey;
}): TransactionInstruction => {
  const { compliance, wallet, jurisdiction, payer = compliance } = args;
  const built = instruction(
    'setPermit',
    { wallet, jurisdiction, expiresAt: bn(args.expiresAt) },
    { compliance, payer, permit: permitAddress(args) },
  );
  for (const meta of built.keys) meta.isSigner ||= meta.pubkey.equals(payer);
  return built;
};

/** Closes a permit; the rent goes back to its payer. The compliance authority signs. */
export const closePermit = (args: {
  compliance: PublicKey;
  wallet: PublicKey;
  payer: PublicKey;
}): TransactionInstruction => {
  const { compliance, wallet, payer } = args;
  return instruction(
    'setPermit',
    { wallet, jurisdiction: 0, expiresAt: bn(0n) },
    { compliance, payer, permit: permitAddress(args) },
  );
};

/**
 * Brings a wallet's shares and stake in line with its permit: they can be traded and earn where it is valid, and can't where it
 * isn't. Anyone may send it.
 */
export const syncPermit = (args: {
  asset: Asset;
  wallet: PublicKey;
  /** Default: the wallet's associated account. Null: it has none. */
  shares?: PublicKey | null;
  /** Whether the wallet has a stake. Default: no. */
  staked?: boolean;
}): TransactionInstruction => {
  const { asset, wallet, shares = sharesOf(asset, wallet), staked = false } = args;
  return instruction(
    'syncPermit',
    {},
    {
      asset: asset.address,
      permit: permitOf(asset, wallet),
      shareMint: asset.shareMint,
      shares: shares ?? NONE,
      stake: staked ? stakeAddress({ asset: asset.address, owner: wallet }) : NONE,
      shareTokenProgram: asset.shareProgram,
    },
  );
};
