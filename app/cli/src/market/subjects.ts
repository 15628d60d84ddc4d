import {
  type Area,
  type Market,
  type MarketFacts,
  marketProgram,
  type Offer,
  type Order,
} from '@commonwire/sdk/market';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import type { Role } from '../acting';
import type { Watched } from '../balances';

/** What actions are about. */
export interface Subjects {
  market: Market;
  area: Area;
  offer: Offer;
  order: Order;
}

/** Who governs a market. */
export const authorityOf = ({ authority }: Pick<Market, 'authority'>): Role => ({
  name: "market's authority",
  address: authority,
  handOver: 'market',
});

/** A wallet's account of the market's token. */
export const tokensOf = ({ market: { mint, tokenProgram } }: MarketFacts, owner: PublicKey): PublicKey =>
  getAssociatedTokenAddressSync(mint, owner, true, tokenProgram);

/** Creates a wallet's account of the market's token where there is none. */
export const openTokens = (
  facts: MarketFacts,
  payer: PublicKey,
  owner: PublicKey,
): TransactionInstruction => {
  const { mint, tokenProgram } = facts.market;
  return createAssociatedTokenAccountIdempotentInstruction(
    payer,
    tokensOf(facts, owner),
    owner,
    mint,
    tokenProgram,
  );
};

/** The token account of a wallet, and the market's vault. */
export const watchTokens = (facts: MarketFacts, what: string, account: PublicKey): Watched[] => [
  { what, account, unit: 'tokens', decimals: facts.decimals },
  { what: "market's vault", account: facts.market.vault, unit: 'tokens', decimals: facts.decimals },
];

/** The account at an address, if the program has one there. */
export async function found<T>(
  connection: Connection,
  at: PublicKey,
  fetch: (connection: Connection, at: PublicKey) => Promise<T>,
): Promise<T | null> {
  const info = await connection.getAccountInfo(at);
  return info?.owner.equals(marketProgram.address) ? fetch(connection, at) : null;
}
