import type { AssetFacts, Holding, Holdings, Revenue } from '@commonwire/sdk/assets';
import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import type { Watched } from '../balances';

/** A stream of an asset. */
export const streamAt = ({ asset }: AssetFacts, stream: number): Revenue => asset.revenue[stream]!;

/** Creates a wallet's account of a stream's token where there is none. */
export function openTokens(
  facts: AssetFacts,
  stream: number,
  { payer, owner, account }: { payer: PublicKey; owner: PublicKey; account: Holding },
): TransactionInstruction[] {
  if (account.exists) return [];
  const { mint, tokenProgram } = streamAt(facts, stream);
  return [
    createAssociatedTokenAccountIdempotentInstruction(payer, account.address, owner, mint, tokenProgram),
  ];
}

/** Creates a wallet's account of shares where there is none. */
export function openShares(
  { asset }: AssetFacts,
  { shares, wallet }: Holdings,
  payer: PublicKey,
): TransactionInstruction[] {
  if (shares.exists) return [];
  const { shareMint, shareProgram } = asset;
  return [
    createAssociatedTokenAccountIdempotentInstruction(payer, shares.address, wallet, shareMint, shareProgram),
  ];
}

const SHARES = { unit: 'shares', decimals: 0 } as const;
const tokensIn = ({ decimals }: AssetFacts, stream: number) =>
  ({ unit: 'tokens', decimals: decimals[stream] ?? 0 }) as const;

/** Accounts whose balances commands show. */
export const watch = {
  shares: ({ shares }: Holdings): Watched => ({
    what: 'shares in the wallet',
    account: shares.address,
    ...SHARES,
  }),
  tokens: (facts: AssetFacts, { tokens }: Holdings, stream = 0): Watched => ({
    what: stream === 0 ? 'tokens in the wallet' : 'reward tokens in the wallet',
    account: tokens[stream]!.address,
    ...tokensIn(facts, stream),
  }),
  escrow: (facts: AssetFacts): Watched => ({
    what: 'escrow',
    account: facts.asset.escrow,
    ...tokensIn(facts, 0),
  }),
  staked: ({ asset }: AssetFacts): Watched => ({
    what: 'shares of all stakes',
    account: asset.stakeVault,
    ...SHARES,
  }),
  vault: (facts: AssetFacts, stream: number): Watched => ({
    what: stream === 0 ? 'revenue vault' : 'reward vault',
    account: streamAt(facts, stream).vault,
    ...tokensIn(facts, stream),
  }),
};
