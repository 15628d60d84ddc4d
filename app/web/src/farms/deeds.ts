import {
  type AssetFacts,
  claimRevenue,
  createShareAccount,
  finalizeAsset,
  fundAsset,
  type Holdings,
  isPermitted,
  objectTranche,
  payTranche,
  redeemShares,
  refundShares,
  stakeShares,
  syncPermit,
  tokensOf,
  unstakeShares,
} from '@commonwire/sdk/assets';
import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { t } from '../text';
import type { Watched } from '../transact/action';
import type { Deed } from '../transact/with-wallet';

/** What a wallet can do about an asset. Each is one transaction, which the wallet pays. */
export function farmDeeds(facts: AssetFacts, holdings: Holdings) {
  const { asset, now } = facts;
  const { wallet, shares, tokens } = holdings;
  const openShares = shares.exists ? [] : [createShareAccount({ asset, payer: wallet, owner: wallet })];
  const openTokens = (stream: number, owner: PublicKey = wallet): TransactionInstruction => {
    const revenue = asset.revenue[stream]!;
    const { mint, tokenProgram } = revenue;
    const account = tokensOf(revenue, owner);
    return createAssociatedTokenAccountIdempotentInstruction(wallet, account, owner, mint, tokenProgram);
  };
  const inWallet: Watched = { name: t('deed.shares'), account: shares.address, decimals: 0 };
  const paid = (stream: number): Watched => ({
    name: t(stream === 0 ? 'deed.tokens' : 'deed.rewards'),
    account: tokens[stream]!.address,
    decimals: facts.decimals[stream]!,
  });
  const escrow: Watched = { name: t('farm.escrow'), account: asset.escrow, decimals: facts.decimals[0]! };
  const staked: Watched = { name: t('deed.allStakes'), account: asset.stakeVault, decimals: 0 };
  const deed = (
    title: string,
    instructions: readonly TransactionInstruction[],
    watched: readonly Watched[] = [],
  ): Deed => ({
    title,
    prepare: async () => ({ instructions, watched }),
  });
  // A permit lets what is frozen or idle earn; without one, shares are staked to object alone.
  const thaws =
    asset.compliance !== null &&
    isPermitted(holdings.permit, now) &&
    (shares.frozen || (holdings.stake?.idle ?? 0n) > 0n);
  const thaw = thaws ? [syncPermit({ asset, wallet, staked: holdings.stake !== null })] : [];
  return {
    fund: (count: bigint): Deed =>
      deed(
        t('deed.fund'),
        [...openShares, fundAsset({ asset, funder: wallet, shares: count })],
        [paid(0), inWallet, escrow],
      ),
    finalize: deed(t('deed.finalize'), [finalizeAsset(asset)]),
    refund: deed(
      t('deed.refund'),
      [openTokens(0), refundShares({ asset, holder: wallet })],
      [inWallet, paid(0), escrow],
    ),
    redeem: deed(
      t('deed.redeem'),
      [openTokens(0), redeemShares({ asset, holder: wallet, shares: shares.amount })],
      [inWallet, paid(0), escrow],
    ),
    stake: (count: bigint): Deed =>
      deed(
        t('deed.stake'),
        [...thaw, stakeShares({ asset, owner: wallet, shares: count })],
        [inWallet, staked],
      ),
    unstake: (count: bigint): Deed =>
      deed(
        t('deed.unstake'),
        [...openShares, unstakeShares({ asset, owner: wallet, shares: count })],
        [inWallet, staked],
      ),
    claim: (): Deed => {
      const streams = [...holdings.claimable.entries()].flatMap(([at, amount]) => (amount > 0n ? [at] : []));
      return deed(
        t('deed.claim'),
        streams.flatMap((stream) => [openTokens(stream), claimRevenue({ asset, stream, owner: wallet })]),
        streams.map(paid),
      );
    },
    object: deed(t('deed.object'), [objectTranche({ asset, owner: wallet })]),
    pay: deed(
      t('deed.pay'),
      [openTokens(0, asset.terms.builder), payTranche(asset)],
      [
        escrow,
        {
          name: t('deed.builder'),
          account: tokensOf(asset.revenue[0], asset.terms.builder),
          decimals: facts.decimals[0]!,
        },
      ],
    ),
  };
}
