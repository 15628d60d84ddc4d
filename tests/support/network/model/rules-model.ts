import { isLoosened, type NetworkFloors, type NetworkPolicy, type Rule } from '@commonwire/sdk/network';
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
    if (this.hasty || !isLoosened(this.policy, policy)) this.policy = policy;
    else this.announced.policy = { from: this.from(now), policy };
  }

  proposeGuardian(now: bigint, guardian: PublicKey | null): void {
    if (this.hasty || this.guardian === null) this.guardian = guardian;
    else this.announced.guardian = { from: this.from(now), guardian };
  }

  /** What is announced of a rule and may be applied now. */
  due<R extends Rule>(rule: R, now: bigint): NonNullable<Announced[R]> {
    const change = this.announced[rule];
    require(change !== null, 'nothing-announced');
    require(now >= change.from, 'change-delayed');
    return change as NonNullable<Announced[R]>;
  }

  cancel(by: PublicKey, rule: Rule): void {
    require(this.roleOf(by) !== 'nobody', 'not-guardian');
    require(this.announced[rule] !== null, 'nothing-announced');
    this.announced[rule] = null;
  }
}
