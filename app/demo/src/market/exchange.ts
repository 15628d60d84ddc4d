import { randomBytes } from 'node:crypto';
import {
  admitMeter,
  areaAddress,
  closeOffer,
  closeOrder,
  collectable,
  collectDue,
  createArea,
  createMarket,
  createOffer,
  createOrder,
  endOf,
  fetchArea,
  fetchMarket,
  fetchOffers,
  fetchOrders,
  type Market,
  marketAddress,
  type Offer,
  type OfferTerms,
  type Order,
  type OrderClosing,
  type OrderTerms,
  offerAddress,
  orderAddress,
  settleUse,
  USES,
  withdrawMarketFees,
} from '@commonwire/sdk/market';
import { Keypair, PublicKey, SystemProgram, type TransactionInstruction } from '@solana/web3.js';
import { batches, type Stage, tokensOf } from '../stage';
import { DECIMALS, FEE_BPS, LATE_WINDOW_SECONDS, LOSS_BPS } from './plan';
import type { ProvenEpoch } from './proven-epoch';

/** Lamports for the rents of what a trader makes. */
const OWN_LAMPORTS = 100_000_000;
/** Instructions of one kind that fit in a transaction; proofs grow with the days that are remembered. */
const AT_ONCE = { transfers: 15, meters: 15, signed: 10, proofs: 6, collects: 15 } as const;

/** Somebody's offer or order. */
export interface Placed<T> {
  owner: Keypair;
  terms: T;
  /** What a direct order names; an order or offer without it is of energy in the area. */
  offer?: PublicKey;
}

/** A market with one area on the demo's stage. The stage's payer has made it, and is its authority and the area's operator. */
export class Exchange {
  /** Everybody who trades, with the base units that each was given. */
  private readonly given = new Map<string, bigint>();

  private constructor(
    private readonly stage: Stage,
    readonly address: PublicKey,
    readonly cell: bigint,
    readonly mint: PublicKey,
    /** Receives the fees. */
    readonly recipient: PublicKey,
  ) {}

  static async create(
    stage: Stage,
    { network, cell }: { network: PublicKey; cell: bigint },
  ): Promise<Exchange> {
    const creator = stage.payer.publicKey;
    const mint = await stage.newMint(DECIMALS);
    const association = Keypair.generate().publicKey;
    await stage.open(mint, [association]);
    const recipient = tokensOf(mint, association);
    const args = {
      ...{ creator, id: newId(), network, authority: creator, mint },
      fees: { recipient, feeBps: FEE_BPS, burnBps: 0 },
      lateWindowSeconds: LATE_WINDOW_SECONDS,
    };
    const market = marketAddress(args);
    const area = createArea({
      market,
      authority: creator,
      cell,
      operator: creator,
      lossBps: LOSS_BPS,
      uses: USES,
    });
    await stage.send([...createMarket(args), area]);
    return new Exchange(stage, market, cell, mint, recipient);
  }

  get area(): PublicKey {
    return areaAddress({ market: this.address, cell: this.cell });
  }

  read = (): Promise<Market> => fetchMarket(this.stage.connection, this.address);
  offers = (): Promise<Offer[]> => fetchOffers(this.stage.connection, this.address);
  orders = (): Promise<Order[]> => fetchOrders(this.stage.connection, this.address);

  /** Admits meters, by their indices in the registry. */
  async admit(devices: readonly number[]): Promise<void> {
    const { stage, area } = this;
    const operator = stage.payer.publicKey;
    await this.sendAll(
      devices.map((device) => admitMeter({ area, operator, device })),
      AT_ONCE.meters,
    );
  }

  /** Gives traders what they need for rents, and so many base units each. */
  async giveMoney(traders: readonly { owner: PublicKey; amount: bigint }[]): Promise<void> {
    const { stage } = this;
    const fromPubkey = stage.payer.publicKey;
    await this.sendAll(
      traders.map(({ owner: toPubkey }) =>
        SystemProgram.transfer({ fromPubkey, toPubkey, lamports: OWN_LAMPORTS }),
      ),
      AT_ONCE.transfers,
    );
    await stage.mint(this.mint, traders);
    for (const { owner, amount } of traders) this.given.set(owner.toBase58(), amount);
  }

  /** Makes offers and orders. @returns their addresses, offers first */
  async place(
    offers: readonly Placed<OfferTerms>[],
    orders: readonly Placed<OrderTerms>[],
  ): Promise<PublicKey[]> {
    const market = await this.read();
    const [of, area] = [market.address, this.area];
    const made = [
      ...offers.map(({ owner, terms }) => {
        const at = { market: of, owner: owner.publicKey, id: newId() };
        const place = terms.use === 'energy' ? { area } : {};
        return { owner, address: offerAddress(at), instruction: createOffer({ ...at, terms, ...place }) };
      }),
      ...orders.map(({ owner, terms, offer }) => {
        const at = { consumer: owner.publicKey, id: newId() };
        const instruction = createOrder({ market, ...at, terms, ...(offer ? { offer } : { area }) });
        return { owner, address: orderAddress({ market: of, ...at }), instruction };
      }),
    ];
    await this.sendSigned(made);
    return made.map(({ address }) => address);
  }

  /** Settles what an epoch proves of orders, and then of the offers that are paid by them. */
  async settle(epoch: ProvenEpoch): Promise<void> {
    const market = await this.read();
    const settling = (account: Order | Offer): TransactionInstruction[] => {
      const usage = epoch.usage.get(account.address.toBase58());
      if (!usage || !('leaf' in usage)) return [];
      const { leaf, proof } = usage;
      const isNew = leaf.units > account.settledUnits || leaf.amount > account.settledAmount;
      const isOwed = 'paid' in account && leaf.amount > account.paid;
      return isNew || isOwed ? [settleUse({ market, leaf, proof })] : [];
    };
    await this.sendAll((await this.orders()).flatMap(settling), AT_ONCE.proofs);
    await this.sendAll((await this.offers()).flatMap(settling), AT_ONCE.proofs);
  }

  /** Closes the orders of energy by what an epoch proves: the rest of their budgets goes back. */
  async closeProven({ usage }: ProvenEpoch): Promise<void> {
    const energy = (await this.orders()).filter(({ terms }) => terms.use === 'energy');
    await this.close(energy, ({ address }) => usage.get(address.toBase58())!);
  }

  /** Closes the orders that name an offer, once nothing can be settled on them any more. */
  async closeDirect(): Promise<void> {
    const direct = (await this.orders()).filter(({ terms }) => terms.use !== 'energy');
    for (const order of direct) await this.stage.until(endOf(order) + BigInt(LATE_WINDOW_SECONDS));
    await this.close(direct, () => 'over');
  }

  private async close(orders: readonly Order[], closing: (order: Order) => OrderClosing): Promise<void> {
    const market = await this.read();
    await this.sendAll(
      orders.map((order) => closeOrder({ market, order, closing: closing(order) })),
      AT_ONCE.proofs,
    );
  }

  /** Closes the offers of these sellers, which are paid. */
  async closeOffers(sellers: readonly Keypair[]): Promise<void> {
    const market = await this.read();
    const closing = (await this.offers()).flatMap((offer) => {
      const owner = sellers.find(({ publicKey }) => publicKey.equals(offer.owner));
      return owner ? [{ owner, instruction: closeOffer({ market, offer }) }] : [];
    });
    await this.sendSigned(closing);
  }

  /** Sends sellers what they are due. */
  async collect(): Promise<void> {
    const [market, area] = [await this.read(), await fetchArea(this.stage.connection, this.area)];
    const due = (await this.offers()).filter((offer) => collectable(offer, offer.area && area) > 0n);
    await this.sendAll(
      due.map((offer) => collectDue({ market, offer })),
      AT_ONCE.collects,
    );
  }

  /** Sends the market's fees to their recipient. */
  async withdrawFees(): Promise<void> {
    const market = await this.read();
    if (market.feesLeft > 0n) await this.stage.send(withdrawMarketFees(market));
  }

  /** What traders have less than they were given, base units: by their token accounts. */
  async spent(): Promise<bigint> {
    const owners = [...this.given.keys()];
    const accounts = owners.map((owner) => tokensOf(this.mint, new PublicKey(owner)));
    const held = await this.stage.balances(accounts);
    const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((all, amount) => all + amount, 0n);
    return sum(this.given.values()) - sum(held);
  }

  /** Sends what owners sign. */
  private sendSigned(
    acts: readonly { owner: Keypair; instruction: TransactionInstruction }[],
  ): Promise<void> {
    return this.stage.each(batches(acts, AT_ONCE.signed), (batch) =>
      this.stage.send(
        batch.map(({ instruction }) => instruction),
        [...new Set(batch.map(({ owner }) => owner))],
      ),
    );
  }

  private sendAll(instructions: readonly TransactionInstruction[], size: number): Promise<void> {
    return this.stage.each(batches(instructions, size), (batch) => this.stage.send(batch));
  }
}

const newId = (): bigint => randomBytes(8).readBigUInt64LE();
