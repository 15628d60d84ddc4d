// Must be imported first: the SDK's libraries take Node's `Buffer` for granted.
import '../buffer';
import {
  cancelOffer,
  cancelOrder,
  closableBy,
  closeOrder,
  collectDue,
  createOrder,
  decodeArea,
  decodeMarket,
  decodeOffer,
  decodeOrder,
  endOf,
  type MarketFacts,
  nextInterval,
  type Offer,
  type Order,
  orderAddress,
  type ProvenUsage,
  provenUsage,
  settleUse,
} from '@commonwire/sdk/market';
import { decodeNetwork } from '@commonwire/sdk/network';
import type { OrderInfo } from '@commonwire/sdk/oracle';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import { PublicKey, SYSVAR_CLOCK_PUBKEY, type TransactionInstruction } from '@solana/web3.js';
import { t } from '../text';
import type { Watched } from '../transact/action';
import type { Chain } from '../transact/chain';

/** Where a mint has its decimals, and the clock its unix time. */
const [DECIMALS_AT, TIME_AT] = [44, 32];

/** What is sent, and whose balances it changes. */
export interface Prepared {
  instructions: readonly TransactionInstruction[];
  watched: readonly Watched[];
}

/** Reads one account. @throws Error if the node has none there */
async function read(chain: Chain, address: string): Promise<Uint8Array> {
  const [account] = await chain.accounts([address]);
  if (!account) throw new Error(t('market.gone', { address }));
  return account.data;
}

/** The state of a market, as the node has it. @throws Error */
export async function readMarket(chain: Chain, address: string): Promise<MarketFacts> {
  const market = decodeMarket(new PublicKey(address), await read(chain, address));
  const at = [market.network, market.mint, SYSVAR_CLOCK_PUBKEY].map((one) => one.toBase58());
  const [network, mint, clock] = await chain.accounts(at);
  if (!network || !mint || !clock) throw new Error(t('collect.otherChain'));
  const time = new DataView(clock.data.buffer, clock.data.byteOffset).getBigInt64(TIME_AT, true);
  return {
    market,
    network: decodeNetwork(market.network, network.data),
    decimals: mint.data[DECIMALS_AT] ?? 0,
    now: time,
  };
}

/** An offer or order on chain, its market, and what an oracle says that it used: undefined if the chain's root contradicts. */
export interface Known {
  facts: MarketFacts;
  account: Offer | Order;
  proven: ProvenUsage | undefined;
}

/** @throws Error if the node doesn't have the account any more */
export async function readKnown(chain: Chain, info: OrderInfo): Promise<Known> {
  const address = new PublicKey(info.account);
  const data = await read(chain, info.account);
  const account = info.offer ? decodeOffer(address, data) : decodeOrder(address, data);
  const facts = await readMarket(chain, account.market.toBase58());
  return { facts, account, proven: provenUsage(info, facts.network.current.usageRoot) };
}

const isOrder = (account: Offer | Order): account is Order => 'consumer' in account;
const ownerOf = (account: Offer | Order): PublicKey => (isOrder(account) ? account.consumer : account.owner);

function watchedOf({ market, decimals }: MarketFacts, owner: PublicKey): Watched[] {
  const account = getAssociatedTokenAddressSync(market.mint, owner, true, market.tokenProgram);
  return [
    { name: t('market.ownersTokens'), account, decimals },
    { name: t('market.vault'), account: market.vault, decimals },
  ];
}

const openTokens = ({ market }: MarketFacts, payer: PublicKey, owner: PublicKey): TransactionInstruction =>
  createAssociatedTokenAccountIdempotentInstruction(
    payer,
    getAssociatedTokenAddressSync(market.mint, owner, true, market.tokenProgram),
    owner,
    market.mint,
    market.tokenProgram,
  );

/** What may be done with an offer or order. */
export type Act = 'settle' | 'collect' | 'cancel' | 'close';

/** What can be done with it now; the program decides. */
export function actsOn({ facts, account, proven }: Known): Act[] {
  const isNew =
    proven &&
    'leaf' in proven &&
    proven.leaf.birth === account.birth &&
    proven.leaf.amount > account.settledAmount;
  const isOpen = account.cancelledAt === 0n && facts.now < account.terms.until;
  const closes = isOrder(account) && closableBy(facts, account) !== null;
  return [
    ...(isNew && !closes ? (['settle'] as const) : []),
    ...(!isOrder(account) && (account.due > 0n || account.settledAmount > account.paid)
      ? (['collect'] as const)
      : []),
    ...(isOpen ? (['cancel'] as const) : []),
    ...(closes ? (['close'] as const) : []),
  ];
}

/** When an offer or order ends, unix seconds. */
export const endTime = ({ account }: Known): number => Number(endOf(account));

/** Prepares an act; null: there is nothing to do. @throws Error if the chain contradicts the oracle */
export function prepareAct(act: Act, known: Known, wallet: string): Prepared | null {
  const { facts, account, proven } = known;
  if (!actsOn(known).includes(act)) return null;
  const { market } = facts;
  const payer = new PublicKey(wallet);
  const owner = ownerOf(account);
  const watched = watchedOf(facts, owner);
  if (act === 'cancel') {
    if (!payer.equals(owner)) throw new Error(t('market.notOwner', { owner: owner.toBase58() }));
    return { instructions: [isOrder(account) ? cancelOrder(account) : cancelOffer(account)], watched };
  }
  if (act === 'settle') {
    if (!proven || !('leaf' in proven)) throw new Error(t('market.lies'));
    return { instructions: [withoutOptional(settleUse({ market, ...proven }))], watched };
  }
  if (!isOrder(account))
    return {
      instructions: [
        openTokens(facts, payer, owner),
        withoutOptional(collectDue({ market, offer: account })),
      ],
      watched,
    };
  const closing = closableBy(facts, account) === 'time' ? 'over' : proven;
  if (!closing) throw new Error(t('market.lies'));
  return {
    instructions: [
      openTokens(facts, payer, owner),
      withoutOptional(closeOrder({ market, order: account, closing })),
    ],
    watched,
  };
}

/** What a reader orders. */
export interface Wanted {
  area: string;
  device: number;
  /** Base units a Wh at most, and in all. */
  maxPrice: bigint;
  budget: bigint;
  /** For so many seconds from the next quarter of an hour on. */
  seconds: bigint;
}

/** An account that is left out is the program itself, which no transaction may write to. */
function withoutOptional(instruction: TransactionInstruction): TransactionInstruction {
  for (const key of instruction.keys) if (key.pubkey.equals(instruction.programId)) key.isWritable = false;
  return instruction;
}

/** Prepares an order of energy, with the address that it will have. @throws Error */
export async function prepareOrder(
  chain: Chain,
  market: string,
  wallet: string,
  wanted: Wanted,
): Promise<Prepared & { order: string }> {
  const { maxPrice, budget, device, seconds } = wanted;
  const facts = await readMarket(chain, market);
  const area = decodeArea(new PublicKey(wanted.area), await read(chain, wanted.area));
  if (!area.market.equals(facts.market.address)) throw new Error(t('market.lies'));
  const consumer = new PublicKey(wallet);
  const id = crypto.getRandomValues(new BigUint64Array(1))[0]!;
  const from = nextInterval(facts.now);
  const terms = {
    use: 'energy',
    budget,
    maxPrice,
    from,
    until: from + seconds,
    device,
    sessionKey: null,
  } as const;
  const order = orderAddress({ market: facts.market.address, consumer, id });
  return {
    instructions: [
      withoutOptional(createOrder({ market: facts.market, consumer, id, terms, area: area.address })),
    ],
    watched: watchedOf(facts, consumer),
    order: order.toBase58(),
  };
}
