import {
  type AnnouncedRule,
  isLoosened,
  type NetworkFloors,
  type NetworkPolicy,
  type Rule,
} from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import { require } from '../../model/rules';

/** What is announced, and the chain time from which it may be applied. */
export interface Announced {
  policy: { from: bigint; policy: NetworkPolicy } | null;
  committee: { from: bigint; threshold: number; oracles: readonly number[] } | null;
  guardian: { from: bigint; guardian: PublicKey | null } | null;
}

/** Who rules a network, by what policy, and the changes that are announced. */
export class RulesModel {
  proposed: PublicKey | null = null;
  /** How often the guardian has withdrawn its own replacement. */
  refusals = 0;
  readonly announced: Announced = { policy: null, committee: null, guardian: null };

  constructor(
    public authority: PublicKey,
    public guardian: PublicKey | null,
    public policy: NetworkPolicy,
    readonly floors: NetworkFloors,
  ) {}

  requireAuthority(by: PublicKey): void {
    require(by.equals(this.authority), 'not-authority');
  }

  roleOf(by: PublicKey): 'authority' | 'guardian' | 'nobody' {
    if (by.equals(this.authority)) return 'authority';
    return this.guardian?.equals(by) ? 'guardian' : 'nobody';
  }

  /** Whether changes never wait. */
  get hasty(): boolean {
    return this.floors.changeDelaySeconds === 0;
  }

  from = (now: bigint): bigint => now + BigInt(this.floors.changeDelaySeconds);

  /** `policy` is sound. */
  proposePolicy(now: bigint, policy: NetworkPolicy): void {
    const loosened = !this.hasty && isLoosened(this.policy, policy);
    if (!loosened) this.policy = policy;
    this.announced.policy = loosened ? { from: this.from(now), policy } : null;
  }

  proposeGuardian(now: bigint, guardian: PublicKey | null): void {
    if (!this.hasty && this.guardian !== null) this.announced.guardian = { from: this.from(now), guardian };
    else this.seatGuardian(guardian);
  }

  /** What is announced of a rule and may be applied now. */
  due<R extends AnnouncedRule>(rule: R, now: bigint): NonNullable<Announced[R]> {
    const change = this.announced[rule];
    require(change !== null, 'nothing-announced');
    require(now >= change.from, 'change-delayed');
    return change as NonNullable<Announced[R]>;
  }

  seatGuardian(guardian: PublicKey | null): void {
    [this.guardian, this.refusals, this.announced.guardian] = [guardian, 0, null];
  }

  /** Counts how often a guardian withdraws its own replacement. */
  countRefusal(by: PublicKey, rule: Rule): void {
    if (rule !== 'guardian' || this.roleOf(by) === 'authority') return;
    require(this.refusals < 2, 'guardian-refusals-spent');
    this.refusals += 1;
  }

  cancel(rule: AnnouncedRule): void {
    require(this.announced[rule] !== null, 'nothing-announced');
    this.announced[rule] = null;
  }
}
