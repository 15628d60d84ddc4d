import {
  type AssetState,
  LATE_SECONDS,
  OBJECTION_SECONDS,
  PAYING_SECONDS,
  type Terms,
} from '@commonwire/sdk/assets';
import { advanceStream, type Income, SCALE, type Stream } from '@commonwire/sdk/core';
import { require } from '../../model/rules';

const WRAP = 2n ** 128n;

/** A holder's stake. */
export interface ModelStake {
  earning: bigint;
  idle: bigint;
  eligible: bigint;
  seen: number;
  objected: number;
  incomes: Income[];
}

/** What one wallet has. */
export interface ModelHolder {
  shares: bigint;
  frozen: boolean;
  /** By stream. */
  tokens: bigint[];
  /** When its permit expires; null: there is none. */
  permit: bigint | null;
  stake: ModelStake | null;
}

const noIncome = (): Income => ({ counted: 0n, accrued: 0n });

/** The rules of an asset, without accounts and bytes. Every method throws `Refused` before it changes anything. */
export class AssetModel {
  state: AssetState = 'funding';
  sold = 0n;
  /** Shares that exist. */
  supply = 0n;
  left = 0n;
  escrow = 0n;
  staked = 0n;
  stakes = 0n;
  nextTranche = 0;
  announcement = { number: 0, open: false, announcedAt: 0n, objections: 0n };
  /** Position among the authorities; null: nobody. */
  authority = 0;
  proposed: number | null = null;
  closed = false;
  streams: Stream[];
  held = [0n, 0n];
  vaults = [0n, 0n];
  deposited = [0n, 0n];
  claimed = [0n, 0n];

  constructor(
    readonly terms: Terms,
    readonly permits: boolean,
    readonly holders: ModelHolder[],
    now: bigint,
  ) {
    const { windowSeconds } = terms;
    const stream = {
      windowSeconds,
      window: now / windowSeconds,
      current: 0n,
      released: 0n,
      next: 0n,
      remainder: 0n,
      perUnit: 0n,
    };
    this.streams = [stream, stream];
  }

  isPermitted = ({ permit }: ModelHolder, now: bigint): boolean => permit !== null && now < permit;

  private requirePermitted(holder: ModelHolder, now: bigint): void {
    if (this.permits) require(this.isPermitted(holder, now), 'not-permitted');
  }

  fund(holder: ModelHolder, now: bigint, shares: bigint): void {
    this.requirePermitted(holder, now);
    require(shares > 0n, 'zero-amount');
    require(this.state === 'funding' && now < this.terms.deadline, 'not-funding');
    const left = this.terms.maxShares - this.sold;
    require(left > 0n, 'sold-out');
    const bought = shares < left ? shares : left;
    this.sold += bought;
    this.supply += bought;
    holder.shares += bought;
    holder.tokens[0]! -= bought * this.terms.price;
    this.escrow += bought * this.terms.price;
    this.freeze(holder);
  }

  /** Whatever moves shares in or out leaves the account frozen where shares need permits. */
  private freeze(holder: ModelHolder): void {
    holder.frozen = this.permits;
  }

  finalize(now: bigint): void {
    require(this.state === 'funding', 'not-funding');
    require(now >= this.terms.deadline || this.sold === this.terms.maxShares, 'funding-open');
    this.state = this.sold < this.terms.minShares ? 'failed' : 'funded';
    if (this.state !== 'funded') return;
    this.left = this.sold * this.terms.price;
    this.announcement.announcedAt = now;
  }

  refund(holder: ModelHolder): void {
    require(this.state === 'failed', 'not-failed');
    require(holder.shares > 0n, 'zero-amount');
    this.burn(holder, holder.shares, holder.shares * this.terms.price);
  }

  redeem(holder: ModelHolder, shares: bigint, tooFew: string): void {
    require(this.state === 'clawed-back', 'not-clawed-back');
    require(shares > 0n, 'zero-amount');
    require(shares <= this.supply, 'wrong-shares');
    require(shares <= holder.shares, tooFew);
    const amount = (this.left * shares) / this.supply;
    this.left -= amount;
    this.burn(holder, shares, amount);
  }

  private burn(holder: ModelHolder, shares: bigint, amount: bigint): void {
    holder.shares -= shares;
    holder.tokens[0]! += amount;
    this.supply -= shares;
    this.escrow -= amount;
    this.freeze(holder);
  }

  private requireBuilding(): void {
    require(this.state === 'funded' && this.nextTranche < this.terms.tranches.length, 'not-building');
  }

  private isOver = (now: bigint): boolean => now >= this.announcement.announcedAt + OBJECTION_SECONDS;
  private isObjected = (part: bigint): boolean => this.announcement.objections * part > this.sold;
  private takesObjections = (now: bigint): boolean => this.announcement.open && !this.isOver(now);
  private isPayable = (): boolean => this.announcement.open && !this.isObjected(3n);
  private isLate = (now: bigint): boolean => now > this.terms.tranches[this.nextTranche]!.date + LATE_SECONDS;

  announce(caller: number, now: bigint): void {
    require(caller === this.authority, 'not-authority');
    this.requireBuilding();
    require(!this.takesObjections(now) && !this.isPayable(), 'tranche-announced');
    require(this.isOver(now), 'tranche-early');
    require(!this.isLate(now), 'tranche-late');
    const number = this.announcement.number + 1;
    this.announcement = { number, open: true, announcedAt: now, objections: 0n };
  }

  object(stake: ModelStake, now: bigint): void {
    this.requireBuilding();
    require(this.announcement.open, 'no-tranche');
    require(!this.isOver(now), 'objections-over');
    require(stake.objected !== this.announcement.number, 'objected-already');
    const fresh = stake.seen !== this.announcement.number;
    require((fresh ? stake.earning + stake.idle : stake.eligible) > 0n, 'nothing-to-object');
    this.see(stake);
    stake.objected = this.announcement.number;
    this.announcement.objections += stake.eligible;
    if (this.isObjected(2n)) this.clawBack();
  }

  private see(stake: ModelStake): void {
    if (stake.seen === this.announcement.number) return;
    stake.seen = this.announcement.number;
    stake.eligible = stake.earning + stake.idle;
  }

  payTranche(now: bigint): bigint {
    this.requireBuilding();
    require(this.announcement.open, 'no-tranche');
    require(this.isOver(now), 'objections-open');
    require(!this.isObjected(3n), 'objected');
    const { part } = this.terms.tranches[this.nextTranche]!;
    this.nextTranche += 1;
    const last = this.nextTranche === this.terms.tranches.length;
    const amount = last ? this.left : (this.sold * this.terms.price * BigInt(part)) / 10_000n;
    this.announcement.open = false;
    this.left -= amount;
    this.escrow -= amount;
    return amount;
  }

  openClawBack(caller: number | null, now: bigint): void {
    this.requireBuilding();
    const waited = now >= this.announcement.announcedAt + OBJECTION_SECONDS + PAYING_SECONDS;
    const holds = this.takesObjections(now) || (this.isPayable() && !waited);
    const late = this.isLate(now) && !holds;
    require(caller === this.authority || late, 'claw-back-closed');
    this.clawBack();
  }

  private clawBack(): void {
    this.state = 'clawed-back';
    this.announcement.open = false;
  }

  private requireFunded(): void {
    require(this.state === 'funded' || this.state === 'clawed-back', 'not-funded');
  }

  private accrue(stake: ModelStake, now: bigint, streams: readonly number[] = [0, 1]): void {
    for (const at of streams) {
      const stream = advanceStream(this.streams[at]!, now, this.staked);
      this.streams[at] = stream;
      const { counted, accrued } = stake.incomes[at]!;
      const grown = (stream.perUnit - counted + WRAP) % WRAP;
      stake.incomes[at] = { counted: stream.perUnit, accrued: accrued + grown * stake.earning };
    }
  }

  stake(holder: ModelHolder, now: bigint, shares: bigint, tooFew: string, frozen: string): void {
    const permitted = !this.permits || this.isPermitted(holder, now);
    this.requireFunded();
    require(shares > 0n, 'zero-amount');
    require(!permitted || !holder.frozen, frozen);
    require(shares <= holder.shares, tooFew);
    if (!holder.stake) {
      holder.stake = {
        earning: 0n,
        idle: 0n,
        eligible: 0n,
        seen: 0,
        objected: 0,
        incomes: [noIncome(), noIncome()],
      };
      this.stakes += 1n;
    }
    const { stake } = holder;
    this.accrue(stake, now);
    this.see(stake);
    if (permitted) {
      stake.earning += shares;
      this.staked += shares;
    } else {
      stake.idle += shares;
      this.freeze(holder);
    }
    holder.shares -= shares;
  }

  unstake(holder: ModelHolder, stake: ModelStake, now: bigint, shares: bigint): void {
    require(shares > 0n, 'zero-amount');
    const bound = stake.objected === this.announcement.number && this.takesObjections(now);
    require(!bound, 'stake-locked');
    require(shares <= stake.earning + stake.idle, 'stake-too-small');
    this.accrue(stake, now);
    this.see(stake);
    const idle = shares < stake.idle ? shares : stake.idle;
    stake.idle -= idle;
    stake.earning -= shares - idle;
    this.staked -= shares - idle;
    const rest = stake.earning + stake.idle;
    if (rest < stake.eligible) stake.eligible = rest;
    holder.shares += shares;
    this.freeze(holder);
  }

  closeStake(holder: ModelHolder, stake: ModelStake): void {
    const whole = stake.incomes.some(({ accrued }) => accrued >= SCALE);
    require(stake.earning + stake.idle === 0n && !whole, 'stake-not-empty');
    holder.stake = null;
    this.stakes -= 1n;
  }

  deposit(holder: ModelHolder, now: bigint, at: number, amount: bigint): void {
    this.takeIn(now, at, amount);
    holder.tokens[at]! -= amount;
    this.vaults[at]! += amount;
  }

  private takeIn(now: bigint, at: number, amount: bigint): void {
    this.requireFunded();
    require(amount > 0n, 'zero-amount');
    const stream = advanceStream(this.streams[at]!, now, this.staked);
    this.streams[at] = { ...stream, next: stream.next + amount };
    this.held[at]! += amount;
    this.deposited[at]! += amount;
  }

  sweep(now: bigint, at: number): void {
    this.requireFunded();
    const arrived = this.vaults[at]! - this.held[at]!;
    require(arrived > 0n, 'nothing-arrived');
    this.takeIn(now, at, arrived);
  }

  claim(holder: ModelHolder, stake: ModelStake, now: bigint, at: number): void {
    const after = structuredClone(stake);
    const streams = [...this.streams];
    this.accrue(after, now, [at]);
    const amount = after.incomes[at]!.accrued / SCALE;
    if (amount === 0n) this.streams = streams;
    require(amount > 0n, 'nothing-to-claim');
    after.incomes[at]!.accrued %= SCALE;
    holder.stake = after;
    holder.tokens[at]! += amount;
    this.held[at]! -= amount;
    this.vaults[at]! -= amount;
    this.claimed[at]! += amount;
  }

  sync(holder: ModelHolder, now: bigint, withStake: boolean): void {
    require(this.permits, 'no-permits-needed');
    const permitted = this.isPermitted(holder, now);
    holder.frozen = !permitted;
    const { stake } = holder;
    if (!withStake || !stake) return;
    this.accrue(stake, now);
    if (permitted) {
      this.staked += stake.idle;
      stake.earning += stake.idle;
      stake.idle = 0n;
    } else {
      this.staked -= stake.earning;
      stake.idle += stake.earning;
      stake.earning = 0n;
    }
  }

  propose(caller: number, proposed: number | null): void {
    require(caller === this.authority, 'not-authority');
    this.proposed = proposed;
  }

  accept(caller: number): void {
    require(caller === this.proposed, 'not-proposed');
    this.authority = caller;
    this.proposed = null;
  }

  close(caller: number): void {
    require(caller === this.authority, 'not-authority');
    const over = this.state === 'failed' || this.state === 'clawed-back';
    require(over && this.supply === 0n && this.stakes === 0n, 'still-held');
    this.closed = true;
  }
}
