import type { NetworkPolicy } from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import { require } from '../../model/rules';

/** A member, and the key in {@link CommitteeModel.bonds} of what admitted it. */
export interface Seat {
  oracle: number;
  bond: string | null;
}

interface ModelBond {
  address: PublicKey;
  oracle: number;
  depositor: PublicKey;
  lamports: bigint;
  unlocksAt: bigint;
}

/** How the model names a bond. */
export const bondKey = (oracle: number, depositor: PublicKey): string => `${oracle}/${depositor.toBase58()}`;

/** The oracles whose signatures count, and what stands behind each. */
export class CommitteeModel {
  version = 0;
  threshold = 0;
  seats: readonly Seat[] = [];
  readonly bonds = new Map<string, ModelBond>();

  get oracles(): number[] {
    return this.seats.map(({ oracle }) => oracle);
  }

  has = (oracle: number): boolean => this.oracles.includes(oracle);

  /** Whether these are some of the members, and no fewer than now decide. */
  isTightenedBy = (threshold: number, oracles: readonly number[]): boolean =>
    threshold >= this.threshold && oracles.every(this.has);

  static checkSound(threshold: number, oracles: readonly number[]): void {
    const members = oracles.length;
    const sound = members >= 1 && members <= 21 && threshold <= members && threshold * 2 > members;
    require(sound, 'bad-threshold');
    require(new Set(oracles).size === members, 'bad-committee-key');
  }

  /** Seats a committee at once. `given`: keys of bonds in the order given. */
  seat(
    { oracleBond }: NetworkPolicy,
    threshold: number,
    oracles: readonly number[],
    given: readonly string[],
  ): void {
    const kept = oracles.map((oracle) => this.seats.find((seat) => seat.oracle === oracle)?.bond ?? null);
    const suffices = given.length === 0 && (oracleBond === 0n || !kept.includes(null));
    if (!suffices) {
      require(given.length === oracles.length, 'wrong-bond');
      given.forEach((key, at) => {
        const bond = this.bonds.get(key)!;
        require(bond.oracle === oracles[at], 'wrong-bond');
        require(bond.lamports >= oracleBond && bond.unlocksAt === 0n, 'bond-too-small');
      });
    }
    CommitteeModel.checkSound(threshold, oracles);
    const bonds = suffices ? kept : given;
    this.seats = oracles.map((oracle, at) => ({ oracle, bond: bonds[at] ?? null }));
    this.threshold = threshold;
    this.version += 1;
  }

  /** Removes these members. @returns whether any of them was one */
  remove(oracles: readonly number[]): boolean {
    const seats = this.seats.filter(({ oracle }) => !oracles.includes(oracle));
    if (seats.length === this.seats.length) return false;
    this.seats = seats;
    this.threshold = Math.min(this.threshold, seats.length);
    this.version += 1;
    return true;
  }

  /** Empties bonds, those that still are. @returns the lamports that were in them */
  take(keys: readonly string[]): bigint {
    let taken = 0n;
    for (const key of keys) {
      const bond = this.bonds.get(key);
      if (!bond) continue;
      taken += bond.lamports;
      bond.lamports = 0n;
    }
    return taken;
  }
}
