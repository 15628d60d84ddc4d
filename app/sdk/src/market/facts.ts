import { MINT_SIZE, MintLayout } from '@solana/spl-token';
import { type Connection, type PublicKey, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import { fetchNetwork, isPaused, type NetworkAccount } from '../network';
import {
  type Area,
  decodeArea,
  decodeMarket,
  decodeMeter,
  decodeOffer,
  decodeOrder,
  endOf,
  expiryOf,
  fetchMarket,
  type Market,
  type Offer,
  type Order,
} from './accounts';
import { coder, dataOf } from './program';

/** The state of a market on chain. */
export interface MarketFacts {
  market: Market;
  /** Whose oracles say what was used. */
  network: NetworkAccount;
  /** Of its token. */
  decimals: number;
  /** Chain time, unix seconds. */
  now: bigint;
}

/** @throws AccountError if there is no market at this address */
export async function readMarketFacts(connection: Connection, address: PublicKey): Promise<MarketFacts> {
  const market = await fetchMarket(connection, address);
  const [network, [clock, mint]] = await Promise.all([
    fetchNetwork(connection, market.network),
    connection.getMultipleAccountsInfo([SYSVAR_CLOCK_PUBKEY, market.mint]),
  ]);
  return {
    market,
    network,
    decimals: MintLayout.decode(mint!.data.subarray(0, MINT_SIZE)).decimals,
    // The clock ends with slot, epoch start, epoch, leader schedule epoch and then the time, eight bytes each.
    now: clock!.data.readBigInt64LE(32),
  };
}

/** Of what an offer has delivered, what orders have not paid yet. */
export const owedTo = ({ settledAmount, paid }: Offer): bigint => settledAmount - paid;

/** What of that an area can pay. */
export const payableBy = ({ pool }: Pick<Area, 'pool'>, offer: Offer): bigint => {
  const owed = owedTo(offer);
  return owed < pool ? owed : pool;
};

/** What `collect` sends an offer's owner now: what is due, and what its area can pay, less the fee. */
export function collectable(offer: Offer, area: Pick<Area, 'pool'> | null): bigint {
  const net = (paid: bigint) => paid - (paid * BigInt(offer.feeBps)) / 10_000n;
  return offer.due + net(offer.paid + (area ? payableBy(area, offer) : 0n)) - net(offer.paid);
}

/** What is left in escrow of an order's budget. */
export const leftOf = ({ terms, settledAmount }: Order): bigint => terms.budget - settledAmount;

/** Whether an offer or order was cancelled before it began: then nothing can ever be settled on it. */
export const neverBegan = (account: Offer | Order): boolean => endOf(account) <= account.terms.from;

/** When an epoch must be cut to be the last that can say something of an offer or order. */
export const finalCut = ({ market }: Pick<MarketFacts, 'market'>, account: Offer | Order): bigint =>
  endOf(account) + BigInt(market.lateWindowSeconds);

/**
 * From when an order that names an offer, or that offer, closes without a proof. The last voucher of an order has the late window
 * after its end; of parking nothing comes late.
 */
export function directlyClosableFrom(
  { market }: Pick<MarketFacts, 'market'>,
  account: Offer | Order,
): bigint {
  const isVouched = 'consumer' in account && account.terms.use !== 'parking';
  return endOf(account) + (isVouched ? BigInt(market.lateWindowSeconds) : 0n);
}

/** Whether an order or offer waits for others: an order for its reservation, an offer that is ordered directly for its orders. */
export const waitsForOthers = (account: Offer | Order): boolean =>
  'consumer' in account ? account.reservation !== null : account.area === null && account.orders > 0n;

/** How an offer or order can be closed now: without a proof, by the network's current epoch, or not yet. */
export function closableBy(facts: MarketFacts, account: Offer | Order): 'time' | 'epoch' | null {
  if (facts.now >= expiryOf(account)) return 'time';
  if (waitsForOthers(account)) return null;
  if ('consumer' in account && neverBegan(account)) return 'time';
  if (account.terms.use !== 'energy')
    return facts.now >= directlyClosableFrom(facts, account) ? 'time' : null;
  const { network, now } = facts;
  const { epoch, cutTime } = network.current;
  const isFinal = epoch !== 0n && cutTime >= finalCut(facts, account);
  return isFinal && !('consumer' in account && isPaused(network, now)) ? 'epoch' : null;
}

const DECODERS = {
  market: decodeMarket,
  area: decodeArea,
  meter: decodeMeter,
  offer: decodeOffer,
  order: decodeOrder,
};
type Kind = keyof typeof DECODERS;

/** An account of the program, whatever it is. */
export type MarketAccount = { [N in Kind]: { kind: N; account: ReturnType<(typeof DECODERS)[N]> } }[Kind];

/** Fetches a market, area, meter, offer or order. @throws AccountError */
export async function fetchMarketAccount(connection: Connection, address: PublicKey): Promise<MarketAccount> {
  const data = dataOf(address, await connection.getAccountInfo(address), 'market');
  const isOf = (kind: Kind) => {
    const discriminator = coder.accounts.accountDiscriminator(kind);
    return discriminator.equals(data.subarray(0, discriminator.length));
  };
  const kind = (Object.keys(DECODERS) as Kind[]).find(isOf) ?? 'market';
  return { kind, account: DECODERS[kind](address, data) } as MarketAccount;
}
