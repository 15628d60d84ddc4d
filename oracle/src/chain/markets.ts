import { AccountError } from '@commonwire/sdk/core';
import { fetchBook, fetchMarket, fetchMarketAccount } from '@commonwire/sdk/market';
import { decodeNetwork } from '@commonwire/sdk/network';
import { type Connection, type Finality, PublicKey } from '@solana/web3.js';
import {
  type ChainOffer,
  type ChainOrder,
  energyAccounts,
  energyOffer,
  energyOrder,
  type MarketAccounts,
} from '../domain/index';
import { notReady, OracleError } from '../runtime/errors';

/** Where markets are read. */
export interface MarketSource {
  readonly connection: Connection;
  readonly network: PublicKey;
  readonly commitment: Finality;
}

/**
 * Reads the accounts of markets for the close of an epoch, at a slot in which its cut is known and the epoch before is
 * current. A later epoch would have let accounts be closed that this one must clear.
 * @throws OracleError `not-ready` if the node is behind or the epoch is over, `wrong-market`; AccountError
 */
export async function readMarkets(
  source: MarketSource,
  addresses: readonly string[],
  epoch: number,
): Promise<MarketAccounts[]> {
  const minContextSlot = await slotOf(source, epoch);
  const markets: MarketAccounts[] = [];
  for (const address of addresses)
    markets.push(await readMarket(source, new PublicKey(address), minContextSlot));
  await slotOf(source, epoch);
  return markets;
}

/** A slot in which this epoch is the next to be promoted, and cut. @throws OracleError `not-ready` */
async function slotOf({ connection, network, commitment }: MarketSource, epoch: number): Promise<number> {
  const { value, context } = await connection.getAccountInfoAndContext(network, commitment);
  const account = value && decodeNetwork(network, value.data);
  const isNext = account?.current.epoch === BigInt(epoch) - 1n;
  if (isNext && account.cuts.some((cut) => cut.epoch === BigInt(epoch))) return context.slot;
  throw notReady(`the RPC node has no cut of epoch ${epoch}, or the epoch is promoted`);
}

async function readMarket(
  { connection, network, commitment }: MarketSource,
  address: PublicKey,
  minContextSlot: number,
): Promise<MarketAccounts> {
  const at = { commitment, minContextSlot };
  const market = await fetchMarket(connection, address, commitment);
  if (!market.network.equals(network))
    throw new OracleError(
      'wrong-market',
      `the policy names market ${address}, which is of network ${market.network}: take it out of the policy's markets`,
    );
  return energyAccounts(market, await fetchBook(connection, address, at));
}

/** An offer or order of energy, and its market. */
export interface Trader {
  readonly market: string;
  readonly offer?: ChainOffer;
  readonly order?: ChainOrder;
}

/** Reads an offer or order of energy; undefined if there is none at this address. */
export async function readTrader(
  { connection }: Pick<MarketSource, 'connection'>,
  address: string,
): Promise<Trader | undefined> {
  const found = await fetchMarketAccount(connection, new PublicKey(address)).catch((error: unknown) => {
    if (error instanceof AccountError) return undefined;
    throw error;
  });
  if (found?.kind !== 'offer' && found?.kind !== 'order') return undefined;
  const market = found.account.market.toBase58();
  const [offer] = found.kind === 'offer' ? energyOffer(found.account) : [];
  const [order] = found.kind === 'order' ? energyOrder(found.account) : [];
  return offer ? { market, offer } : order && { market, order };
}
