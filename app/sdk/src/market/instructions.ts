import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID, tokenAccountAddress } from '../core/addresses';
import { bn } from '../core/anchor-values';
import { buffer, concatAll } from '../core/bytes';
import type { Market, Meter, Offer, Order } from './accounts';
import { areaAddress, marketAddress, meterAddress, offerAddress, orderAddress } from './addresses';
import { instruction, NONE } from './program';
import {
  feesArgument,
  type MarketFees,
  type OfferTerms,
  type OrderTerms,
  offerArgument,
  orderArgument,
  USES,
  type Use,
} from './terms';
import { encodeUsageLeaf, type UsageAbsence, type UsageLeaf, type UsageProof } from './usage';

export interface CreateMarket {
  /** Signs, pays the rent, and is a seed of the market's address. */
  creator: PublicKey;
  /** Random. */
  id: bigint;
  network: PublicKey;
  authority: PublicKey;
  /** The token in which everything is paid. */
  mint: PublicKey;
  /** Default SPL Token. */
  tokenProgram?: PublicKey;
  fees: MarketFees;
  /** How long the clearing waits for late reports: two hours to seven days. */
  lateWindowSeconds: number;
}

/** Creates a market after its vault, where that doesn't exist yet. */
export function createMarket(args: CreateMarket): TransactionInstruction[] {
  const { creator, network, mint, tokenProgram = TOKEN_PROGRAM_ID } = args;
  const market = marketAddress(args);
  const vault = tokenAccountAddress({ owner: market, mint, tokenProgram });
  return [
    createAssociatedTokenAccountIdempotentInstruction(creator, vault, market, mint, tokenProgram),
    instruction(
      'createMarket',
      {
        id: bn(args.id),
        authority: args.authority,
        fees: feesArgument(args.fees),
        lateWindowSeconds: args.lateWindowSeconds,
      },
      { creator, market, network, mint, vault, tokenProgram },
    ),
  ];
}

/** First of two steps that hand over a market. The authority signs. */
export const proposeMarketAuthority = (args: {
  market: PublicKey;
  caller: PublicKey;
  authority: PublicKey;
}): TransactionInstruction => {
  const { market, caller, authority } = args;
  return instruction('proposeAuthority', { authority }, { caller, market });
};

/** Second step. The proposed authority signs. */
export const acceptMarketAuthority = (at: { market: PublicKey; caller: PublicKey }): TransactionInstruction =>
  instruction('acceptAuthority', {}, at);

/** Changes what new offers pay, and who receives it. The authority signs. */
export const setMarketFees = (args: {
  market: PublicKey;
  caller: PublicKey;
  fees: MarketFees;
}): TransactionInstruction => {
  const { market, caller, fees } = args;
  return instruction('setFees', { fees: feesArgument(fees) }, { caller, market });
};

/** Opens an area. The market's authority and the payer sign. */
export const createArea = (args: {
  market: PublicKey;
  authority: PublicKey;
  /** Default: the authority. */
  payer?: PublicKey;
  cell: bigint;
  operator: PublicKey;
  /** Part of exported energy that is lost, in basis points. */
  lossBps: number;
  uses: readonly Use[];
}): TransactionInstruction => {
  const { market, authority, payer = authority, cell, operator, lossBps } = args;
  const uses = args.uses.reduce((bits, use) => bits | (1 << USES.indexOf(use)), 0);
  return instruction(
    'createArea',
    { cell: bn(cell), operator, lossBps, uses },
    { authority, payer, market, area: areaAddress({ market, cell }) },
  );
};

/** Gives an area another operator. The market's authority signs. */
export const setOperator = (args: {
  market: PublicKey;
  authority: PublicKey;
  area: PublicKey;
  operator: PublicKey;
}): TransactionInstruction => {
  const { operator, ...accounts } = args;
  return instruction('setOperator', { operator }, accounts);
};

interface OfArea {
  area: PublicKey;
  /** Signs, and pays the rent of a meter. */
  operator: PublicKey;
  /** Index in the network's registry. */
  device: number;
}

/** Admits a meter to an area, from the next interval on. */
export const admitMeter = ({ area, operator, device }: OfArea): TransactionInstruction =>
  instruction('admitMeter', { device }, { operator, area, meter: meterAddress({ area, device }) });

/** Removes a meter from an area, from the next interval on. */
export const removeMeter = ({ area, operator, device }: OfArea): TransactionInstruction =>
  instruction('removeMeter', {}, { operator, area, meter: meterAddress({ area, device }) });

/** Closes a meter 30 days after it was removed. Anyone may send it. */
export const closeMeter = ({ address, payer }: Meter): TransactionInstruction =>
  instruction('closeMeter', {}, { meter: address, payer });

/** Where energy is cleared, and the meter that measures it. */
const placeOf = (area: PublicKey | undefined, device: number | undefined) =>
  area ? { area, meter: meterAddress({ area, device: device ?? 0 }) } : { area: NONE, meter: NONE };

/** Offers what devices deliver. The owner signs, and pays the rent. @throws RangeError */
export const createOffer = (args: {
  market: PublicKey;
  owner: PublicKey;
  id: bigint;
  terms: OfferTerms;
  /** Energy: where it is cleared. */
  area?: PublicKey;
}): TransactionInstruction => {
  const { market, owner, id, terms, area } = args;
  return instruction(
    'createOffer',
    { id: bn(id), terms: offerArgument(terms) },
    { owner, market, offer: offerAddress(args), ...placeOf(area, terms.devices[0]) },
  );
};

/** Cancels an offer, from the next interval on. Its owner signs. */
export const cancelOffer = ({ address, owner }: Pick<Offer, 'address' | 'owner'>): TransactionInstruction =>
  instruction('cancelOffer', {}, { owner, offer: address });

const tokensOf = ({ mint, tokenProgram }: Market, owner: PublicKey): PublicKey =>
  tokenAccountAddress({ owner, mint, tokenProgram });

/** Sends an offer's owner what it is due. Anyone may send it. */
export const collectDue = (args: {
  market: Market;
  offer: Offer;
  /** A token account of the owner. Default: the associated one. */
  destination?: PublicKey;
}): TransactionInstruction => {
  const { market, offer, destination = tokensOf(market, offer.owner) } = args;
  return instruction(
    'collect',
    {},
    {
      market: market.address,
      offer: offer.address,
      area: offer.area ?? NONE,
      vault: market.vault,
      destination,
      tokenProgram: market.tokenProgram,
    },
  );
};

/** Closes an offer on which nothing can be settled any more. Its owner signs. */
export const closeOffer = ({ market, offer }: { market: Market; offer: Offer }): TransactionInstruction =>
  instruction(
    'closeOffer',
    {},
    { owner: offer.owner, network: market.network, market: market.address, offer: offer.address },
  );

/**
 * Orders energy in an area, or what one offer delivers, and puts the budget in escrow. The consumer signs, and pays the rent. An
 * order that names an offer begins at once.
 */
export const createOrder = (args: {
  market: Market;
  consumer: PublicKey;
  id: bigint;
  terms: OrderTerms;
  /** Energy: where it is cleared. */
  area?: PublicKey;
  /** Other uses: what is ordered. */
  offer?: PublicKey;
  /** Pays. Default: the consumer's associated token account. */
  source?: PublicKey;
}): TransactionInstruction => {
  const { market, consumer, id, terms, area, offer = NONE, source = tokensOf(market, consumer) } = args;
  return instruction(
    'createOrder',
    { id: bn(id), terms: orderArgument(terms) },
    {
      consumer,
      market: market.address,
      order: orderAddress({ market: market.address, consumer, id }),
      ...placeOf(area, terms.device),
      offer,
      source,
      vault: market.vault,
      tokenProgram: market.tokenProgram,
    },
  );
};

/** Cancels an order, from the next interval on. Its consumer signs. */
export const cancelOrder = ({
  address,
  consumer,
}: Pick<Order, 'address' | 'consumer'>): TransactionInstruction =>
  instruction('cancelOrder', {}, { consumer, order: address });

/** What a leaf and its place say, as instructions take it. */
const claimArgument = (leaf: Pick<UsageLeaf, 'units' | 'amount'>, { index, count }: UsageProof) => ({
  units: bn(leaf.units),
  amount: bn(leaf.amount),
  index,
  count,
});

/** Settles energy by a leaf of the network's current epoch. Anyone may send it. */
export const settleUse = (args: {
  market: Pick<Market, 'address' | 'network'>;
  leaf: UsageLeaf;
  proof: UsageProof;
}): TransactionInstruction => {
  const { market, leaf, proof } = args;
  return instruction(
    'settleUse',
    { claim: claimArgument(leaf, proof), path: buffer(concatAll(proof.nodes)) },
    {
      network: market.network,
      market: market.address,
      area: leaf.counterparty,
      account: leaf.account,
    },
  );
};

/**
 * Why an order can be closed: it was cancelled before it began, ended 30 days ago, or names an offer and ended before the late
 * window; its last leaf; or that it has none.
 */
export type OrderClosing =
  | 'over'
  | { leaf: Pick<UsageLeaf, 'units' | 'amount'>; proof: UsageProof }
  | { absence: UsageAbsence };

/** Closes an order, and returns what is left of its budget to the consumer. Anyone may send it. */
export const closeOrder = (args: {
  market: Market;
  order: Order;
  closing: OrderClosing;
  /** A token account of the consumer. Default: the associated one. */
  destination?: PublicKey;
}): TransactionInstruction => {
  const { market, order, closing, destination = tokensOf(market, order.consumer) } = args;
  return instruction('closeOrder', closingArguments(closing), {
    network: market.network,
    market: market.address,
    counterparty: order.counterparty,
    order: order.address,
    consumer: order.consumer,
    vault: market.vault,
    destination,
    tokenProgram: market.tokenProgram,
  });
};

function closingArguments(closing: OrderClosing): { closing: object; proof: Uint8Array } {
  if (closing === 'over') return { closing: { over: {} }, proof: buffer(new Uint8Array()) };
  if ('leaf' in closing) {
    const { leaf, proof } = closing;
    return { closing: { used: [claimArgument(leaf, proof)] }, proof: buffer(concatAll(proof.nodes)) };
  }
  const { leaves, index, count, nodes } = closing.absence;
  return {
    closing: { unused: { index, count } },
    proof: buffer(concatAll([...leaves.map(encodeUsageLeaf), ...nodes])),
  };
}

/** Burns the part of the fees that is to be burnt, and sends the rest to the recipient. Anyone may send it. */
export const withdrawMarketFees = (market: Market): TransactionInstruction =>
  instruction(
    'withdrawFees',
    {},
    {
      market: market.address,
      mint: market.mint,
      vault: market.vault,
      recipient: market.fees.recipient ?? NONE,
      tokenProgram: market.tokenProgram,
    },
  );
