import {
  EXPIRY_SECONDS,
  INTERVAL_SECONDS,
  type MarketFees,
  nextInterval,
  type OfferTerms,
  type OrderTerms,
  type UsageLeaf,
  UsageTree,
} from '@commonwire/sdk/market';
import type { PublicKey } from '@solana/web3.js';
import { TOO_FEW_TOKENS } from '../../chain';
import { require } from '../../model/rules';
import { LATE_WINDOW_SECONDS } from '../test-market';

const MOST = 2n ** 64n - 1n;
const WHOLE = 10_000n;
const LONGEST_SECONDS = 366n * 86_400n;

interface Account {
  address: PublicKey;
  /** Place of the owner among the world's people. */
  owner: number;
  area: number;
  birth: bigint;
  cancelledAt: bigint;
  units: bigint;
  amount: bigint;
}
export interface ModelOrder extends Account {
  terms: OrderTerms;
}
export interface ModelOffer extends Account {
  terms: OfferTerms;
  ask: bigint;
  fees: Pick<MarketFees, 'feeBps' | 'burnBps'>;
  paid: bigint;
  due: bigint;
}

export const endOf = ({ terms: { until }, cancelledAt }: ModelOrder | ModelOffer): bigint => {
  const end = nextInterval(cancelledAt);
  return cancelledAt > 0n && end < until ? end : until;
};

const part = (of: bigint, bps: number): bigint => (of * BigInt(bps)) / WHOLE;
const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

/** The rules of a market, without accounts and bytes. Every method throws `Refused` before it changes anything. */
export class MarketModel {
  births = 0n;
  /** By area. */
  pools = [0n, 0n];
  feesLeft = 0n;
  burnLeft = 0n;
  feesTotal = 0n;
  burntTotal = 0n;
  readonly orders = new Map<string, ModelOrder>();
  readonly offers = new Map<string, ModelOffer>();
  /** Base units of each of the world's people. */
  readonly purses: bigint[];
  recipient = 0n;
  donated = 0n;
  /** The network's current epoch. */
  epoch = { number: 0n, cutTime: 0n, tree: new UsageTree([]) };
  pausedUntil = 0n;

  constructor(
    public fees: MarketFees,
    readonly paysReward: boolean,
    people: number,
    purse: bigint,
  ) {
    this.purses = Array<bigint>(people).fill(purse);
  }

  get escrow(): bigint {
    return [...this.orders.values()].reduce((sum, { terms, amount }) => sum + terms.budget - amount, 0n);
  }
  get pooled(): bigint {
    return this.pools.reduce((sum, pool) => sum + pool, 0n);
  }
  get due(): bigint {
    return [...this.offers.values()].reduce((sum, { due }) => sum + due, 0n);
  }

  setFees(fees: MarketFees): void {
    const good = fees.feeBps <= 5_000 && fees.burnBps <= (this.paysReward ? 10_000 : 0);
    require(good, 'bad-fees');
    this.fees = fees;
  }

  /** The whole intervals of a time that was asked for. */
  private span({ from, until }: { from: bigint; until: bigint }, now: bigint) {
    const latest = now + LONGEST_SECONDS;
    require(from <= latest && until <= latest, 'bad-time');
    const asked = ((from + INTERVAL_SECONDS - 1n) / INTERVAL_SECONDS) * INTERVAL_SECONDS;
    const next = nextInterval(now);
    const span = { from: asked > next ? asked : next, until: until - (until % INTERVAL_SECONDS) };
    require(span.from < span.until, 'bad-time');
    return span;
  }

  createOffer(
    at: Pick<Account, 'address' | 'owner' | 'area'>,
    terms: OfferTerms,
    now: bigint,
    admitted: boolean,
  ): void {
    require(terms.minPrice > 0n && terms.capacity > 0n && terms.devices.length >= 2, 'bad-terms');
    const span = this.span(terms, now);
    require(admitted, 'not-admitted');
    require(!this.offers.has(at.address.toBase58()), 'wrong-address');
    const rest = WHOLE - BigInt(this.fees.feeBps);
    const ask = (terms.minPrice * WHOLE + rest - 1n) / rest;
    require(ask <= MOST, 'bad-terms');
    const { feeBps, burnBps } = this.fees;
    this.births += 1n;
    const fresh = { birth: this.births, cancelledAt: 0n, units: 0n, amount: 0n, paid: 0n, due: 0n };
    const offer = { ...at, ...fresh, terms: { ...terms, ...span }, ask, fees: { feeBps, burnBps } };
    this.offers.set(at.address.toBase58(), offer);
  }

  createOrder(
    at: Pick<Account, 'address' | 'owner' | 'area'>,
    terms: OrderTerms,
    now: bigint,
    admitted: boolean,
  ): void {
    require(terms.budget > 0n && terms.maxPrice > 0n, 'bad-terms');
    require(admitted, 'not-admitted');
    const span = this.span(terms, now);
    require(!this.orders.has(at.address.toBase58()), 'wrong-address');
    require(this.escrow + terms.budget <= MOST, 'overflow');
    require(terms.budget <= this.purses[at.owner]!, TOO_FEW_TOKENS);
    this.births += 1n;
    const fresh = { birth: this.births, cancelledAt: 0n, units: 0n, amount: 0n };
    this.orders.set(at.address.toBase58(), { ...at, ...fresh, terms: { ...terms, ...span } });
    this.purses[at.owner]! -= terms.budget;
  }

  cancel(account: ModelOrder | ModelOffer, caller: number, now: bigint): void {
    require(caller === account.owner, 'not-owner');
    require(account.cancelledAt === 0n && now < account.terms.until, 'already-over');
    account.cancelledAt = now;
  }

  private requireUnpaused(now: bigint): void {
    require(now >= this.pausedUntil, 'paused');
  }

  /** Requires the leaf in the current epoch. */
  private requireLeaf(account: ModelOrder | ModelOffer, { units, amount }: UsageLeaf): void {
    const leaf = this.epoch.tree.prove(account.address)?.leaf;
    const proven = leaf?.birth === account.birth && leaf.units === units && leaf.amount === amount;
    require(proven, 'wrong-proof');
  }

  private takeFrom(order: ModelOrder, { units, amount }: UsageLeaf): bigint {
    require(units >= order.units && amount >= order.amount, 'leaf-behind');
    require(amount <= order.terms.budget, 'above-budget');
    require(amount <= order.terms.maxPrice * units, 'above-price');
    const paid = amount - order.amount;
    this.pools[order.area]! += paid;
    order.units = units;
    order.amount = amount;
    return paid;
  }

  settleOrder(order: ModelOrder, leaf: UsageLeaf, area: number, now: bigint): void {
    this.requireUnpaused(now);
    require(area === order.area, 'wrong-area');
    this.requireLeaf(order, leaf);
    const changes = leaf.units !== order.units || leaf.amount !== order.amount;
    this.requireChange(changes, () => this.takeFrom(order, leaf));
  }

  settleOffer(offer: ModelOffer, leaf: UsageLeaf, area: number, now: bigint): void {
    this.requireUnpaused(now);
    require(area === offer.area, 'wrong-area');
    this.requireLeaf(offer, leaf);
    require(leaf.units <= offer.terms.capacity, 'above-capacity');
    require(offer.ask * leaf.units <= leaf.amount, 'below-ask');
    const draws = leaf.amount > offer.paid && this.pools[area]! > 0n;
    const changes = leaf.units !== offer.units || leaf.amount !== offer.amount || draws;
    this.requireChange(changes, () => {
      offer.units = leaf.units;
      offer.amount = leaf.amount;
      this.draw(offer);
    });
  }

  private requireChange(changes: boolean, change: () => void): void {
    // What is out of bounds is told first.
    if (changes) change();
    require(changes, 'nothing-to-settle');
  }

  /** Pays an offer what its area's pool has. */
  private draw(offer: ModelOffer): void {
    const owed = offer.amount > offer.paid ? offer.amount - offer.paid : 0n;
    const amount = least(owed, this.pools[offer.area]!);
    const fee = (of: bigint) => part(of, offer.fees.feeBps);
    const burn = (of: bigint) => part(fee(of), offer.fees.burnBps);
    const paid = offer.paid + amount;
    const fees = fee(paid) - fee(offer.paid);
    this.pools[offer.area]! -= amount;
    this.feesLeft += fees;
    this.feesTotal += fees;
    this.burnLeft += burn(paid) - burn(offer.paid);
    offer.due += amount - fees;
    offer.paid = paid;
  }

  collect(offer: ModelOffer, area: number, destination: number): void {
    require(area === offer.area, 'wrong-area');
    require(destination === offer.owner, 'wrong-destination');
    const before = { offer: { ...offer }, pool: this.pools[area]! };
    this.draw(offer);
    if (offer.due === 0n) {
      Object.assign(offer, before.offer);
      this.pools[area] = before.pool;
    }
    require(offer.due > 0n, 'nothing-due');
    this.purses[destination]! += offer.due;
    offer.due = 0n;
  }

  private requireFinal(end: bigint): void {
    const { number, cutTime } = this.epoch;
    require(number > 0n && cutTime >= end + BigInt(LATE_WINDOW_SECONDS), 'still-open');
  }

  closeOffer(offer: ModelOffer, caller: number, now: bigint): void {
    require(caller === offer.owner, 'not-owner');
    require(offer.due === 0n, 'still-owed');
    if (now < endOf(offer) + EXPIRY_SECONDS) {
      require(offer.amount <= offer.paid, 'still-owed');
      this.requireFinal(endOf(offer));
    }
    this.offers.delete(offer.address.toBase58());
  }

  closeOrder(
    order: ModelOrder,
    closing: 'over' | 'unused' | UsageLeaf,
    destination: number,
    now: bigint,
  ): void {
    const [end, own] = [endOf(order), destination === order.owner];
    if (closing === 'over') require(end <= order.terms.from || now >= end + EXPIRY_SECONDS, 'still-open');
    else {
      this.requireUnpaused(now);
      this.requireFinal(end);
    }
    if (closing === 'unused') require(this.epoch.tree.proveAbsent(order.address) !== undefined, 'not-absent');
    const before = { ...order, pool: this.pools[order.area]! };
    if (typeof closing === 'object') {
      this.requireLeaf(order, closing);
      if (closing.amount > order.amount) this.takeFrom(order, closing);
    }
    if (!own) {
      const { pool, ...rest } = before;
      Object.assign(order, rest);
      this.pools[order.area] = pool;
    }
    require(own, 'wrong-destination');
    this.purses[order.owner]! += order.terms.budget - order.amount;
    this.orders.delete(order.address.toBase58());
  }

  withdrawFees(): void {
    require(this.feesLeft > 0n, 'nothing-due');
    this.recipient += this.feesLeft - this.burnLeft;
    this.burntTotal += this.burnLeft;
    this.feesLeft = 0n;
    this.burnLeft = 0n;
  }
}
