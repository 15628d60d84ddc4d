import {
  type AssetFacts,
  clawBackAfter,
  type Holdings,
  isObjected,
  isPermitted,
  objectionsEnd,
  percent,
  raised,
  trancheAmount,
  trancheState,
} from '@commonwire/sdk/assets';
import { advanceStream, toHex } from '@commonwire/sdk/core';
import { kindNameOf } from '@commonwire/sdk/device';
import { streamAt } from './accounts';

/** Formats an asset as JSON. Amounts are base units and shares as text, times unix seconds. */
export function showJson(facts: AssetFacts) {
  const { asset, now, supply, decimals, vaults, escrow } = facts;
  const { terms, metadata, announcement } = asset;
  const state = trancheState(asset, now);
  return {
    asset: asset.address.toBase58(),
    creator: asset.creator.toBase58(),
    id: `${asset.id}`,
    state: asset.state,
    name: metadata.name,
    kind: kindNameOf(metadata.kind) ?? null,
    h3_cell: metadata.h3Cell.toString(16),
    capacity: `${metadata.capacity}`,
    documents: { link: metadata.documents, sha256: toHex(metadata.documentsHash) },
    authority: asset.authority.toBase58(),
    proposed_authority: asset.proposedAuthority?.toBase58() ?? null,
    compliance: asset.compliance?.toBase58() ?? null,
    builder: terms.builder.toBase58(),
    share_mint: asset.shareMint.toBase58(),
    supply: `${supply}`,
    staked: `${asset.staked}`,
    stakes: `${asset.stakes}`,
    funding: {
      payment_mint: streamAt(facts, 0).mint.toBase58(),
      decimals: decimals[0],
      price: `${terms.price}`,
      min_shares: `${terms.minShares}`,
      max_shares: `${terms.maxShares}`,
      sold: `${asset.sold}`,
      raised: `${raised(asset)}`,
      deadline: Number(terms.deadline),
    },
    escrow: `${escrow}`,
    left: `${asset.left}`,
    tranches: terms.tranches.map(({ part, date }, at) => ({
      percent: part / 100,
      amount: `${trancheAmount(asset, at)}`,
      by: Number(date),
      state: trancheWord(facts, at),
    })),
    first_tranche_from: asset.firstTrancheFrom === null ? null : Number(asset.firstTrancheFrom),
    announcement:
      announcement && state && state !== 'due'
        ? {
            tranche: asset.nextTranche + 1,
            announced_at: Number(announcement.announcedAt),
            payable_from: Number(objectionsEnd(asset)),
            objections: `${announcement.objections}`,
            objections_percent: Number.parseFloat(percent(announcement.objections, asset.sold)),
            objected: isObjected(asset),
            evidence: { link: announcement.evidence, sha256: toHex(announcement.evidenceHash) },
          }
        : null,
    claw_back_after: state ? Number(clawBackAfter(asset)) : null,
    revenue: asset.revenue.map((_, at) => revenueJson(facts, at, vaults[at]!)),
  };
}

/** Of a tranche: `paid`, `never`, `later`, or the state of the one to be paid next. */
function trancheWord({ asset, now }: AssetFacts, at: number): string {
  if (at < asset.nextTranche) return 'paid';
  if (asset.state === 'clawed-back' || asset.state === 'failed') return 'never';
  return (at === asset.nextTranche && trancheState(asset, now)) || 'later';
}

function revenueJson({ asset, now, ...facts }: AssetFacts, at: number, balance: bigint) {
  const { mint, held, stream, vault } = streamAt({ asset, now, ...facts }, at);
  const { current, released, next, window, windowSeconds } = advanceStream(stream, now, asset.staked);
  return {
    stream: at === 0 ? 'payment' : 'reward',
    mint: mint.toBase58(),
    decimals: facts.decimals[at],
    vault: vault.toBase58(),
    held: `${held}`,
    arrived: `${balance - held}`,
    this_window: `${current - released}`,
    window_ends: Number((window + 1n) * windowSeconds),
    next_window: `${next}`,
  };
}

/** Formats what a wallet has of an asset as JSON. */
export const holdingsJson = (
  { now, asset }: AssetFacts,
  { wallet, shares, stake, permit, tokens, claimable }: Holdings,
) => ({
  wallet: wallet.toBase58(),
  shares: `${shares.amount}`,
  frozen: shares.frozen,
  stake: stake && {
    earning: `${stake.earning}`,
    idle: `${stake.idle}`,
    objected: stake.objected > 0 && stake.objected === asset.announcement?.number,
  },
  claimable: claimable.map((amount) => `${amount}`),
  tokens: tokens.map(({ amount }) => `${amount}`),
  permit: permit && {
    country: permit.jurisdiction,
    expires_at: Number(permit.expiresAt),
    valid: isPermitted(permit, now),
  },
});
