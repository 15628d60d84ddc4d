import {
  type Emission,
  epochCapOf,
  type NetworkPolicy,
  NO_LIMIT,
  registrationFee,
} from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import { require } from '../../model/rules';
import { ModelLedger } from './ledger';
import type { Lie } from './oracle';
import { PauseModel } from './pause-model';

export interface ModelCut {
  epoch: bigint;
  deviceCount: number;
  deviceEpochCap: bigint;
  registryHash: Uint8Array;
}

/** An epoch that was posted, and what its ledger really holds. */
export interface ModelPending extends ModelCut {
  ledger: ModelLedger;
  earnedTotal: bigint;
  attempt: number;
  postedAt: bigint;
  challengeSeconds: bigint;
  corrective: boolean;
  /** Made by the honest oracles' rules from ledgers that all were. */
  honest: boolean;
  lie: Lie;
  /** The device that the lie is about. */
  faulty: number | null;
}

export interface ModelRecord {
  owner: PublicKey;
  effectiveEpoch: bigint;
  retired: boolean;
}

interface ModelWitness {
  epoch: bigint;
  owner: PublicKey;
  earned: bigint;
}

interface ModelBond {
  address: PublicKey;
  oracle: number;
  depositor: PublicKey;
  lamports: bigint;
  unlocksAt: bigint;
}

/** Where a network is, and who may do what in it at its start. */
export interface Founding {
  address: PublicKey;
  mint: PublicKey;
  authority: PublicKey;
  guardian: PublicKey | null;
  funded: boolean;
  emission: Emission;
  policy: NetworkPolicy;
  birth: bigint;
  lastCutTime: bigint;
}

const EMPTY = new ModelLedger([]);
const OPEN_CUTS = 2n;

/** A network by the rules that the design states: state, and a method for each decision. Amounts are base units. */
export class NetworkModel {
  proposed: PublicKey | null = null;
  closed = false;
  readonly pause = new PauseModel();
  committee = { version: 0, threshold: 0, oracles: [] as number[] };
  cuts = new Map<bigint, ModelCut>();
  lastCutEpoch = 0n;
  pending: ModelPending | null = null;
  current = { epoch: 0n, earnedTotal: 0n, deviceCount: 0, ledger: EMPTY };
  /** Whether every promoted ledger followed the honest oracles' rules. */
  honest = true;
  correctiveEpoch = 0n;
  deviceEarnedMax = 0n;
  totalPaid = 0n;
  window = { start: 0n, paid: 0n };
  attempt = 0;
  guardianVetoes = 0;
  /** Owner of each device at registration. */
  readonly devices: PublicKey[] = [];
  readonly records = new Map<number, ModelRecord>();
  /** Pages by number: who paid, and the slots that were ever paid. */
  readonly pages = new Map<number, { payer: PublicKey; paid: Map<number, bigint> }>();
  readonly witnesses = new Map<string, ModelWitness>();
  readonly bonds = new Map<string, ModelBond>();
  /** Lamports of fees and slashed bonds. */
  fees = 0n;
  /** Base units in the vault. */
  vault = 0n;
  /** Base units that were minted by promotions. */
  minted = 0n;
  authority: PublicKey;
  guardian: PublicKey | null;
  policy: NetworkPolicy;
  lastCutTime: bigint;

  constructor(readonly founding: Founding) {
    ({
      authority: this.authority,
      guardian: this.guardian,
      policy: this.policy,
      lastCutTime: this.lastCutTime,
    } = founding);
  }

  requireOpen(): void {
    require(!this.closed, 'closed');
  }

  requireRunning(now: bigint): void {
    this.requireOpen();
    require(!this.pause.isActive(now), 'paused');
  }

  requireAuthority(by: PublicKey): void {
    require(by.equals(this.authority), 'not-authority');
  }

  private roleOf(by: PublicKey): 'authority' | 'guardian' | 'nobody' {
    if (by.equals(this.authority)) return 'authority';
    return this.guardian?.equals(by) ? 'guardian' : 'nobody';
  }

  pauseBy(by: PublicKey, now: bigint): void {
    this.pause.begin(this.roleOf(by), now);
  }

  /** Checks a policy for a network whose next epoch is `epoch`. */
  static checkPolicy(policy: NetworkPolicy, emission: Emission, epoch: bigint): void {
    const { deviceEpochCap, epochSeconds, challengeSeconds, payoutWindowSeconds, maxCapacity } = policy;
    const positive =
      deviceEpochCap > 0n && epochSeconds > 0 && challengeSeconds > 0 && payoutWindowSeconds > 0;
    require(positive && maxCapacity[0] === 0, 'bad-policy');
    const paid = policy.payoutLimit * BigInt(epochSeconds);
    const earned = epochCapOf(emission, epoch) * BigInt(payoutWindowSeconds);
    require(policy.payoutLimit === NO_LIMIT ||
      (policy.payoutLimit > 0n && paid >= earned), 'payout-limit-too-low');
    const evidence = 2 * epochSeconds + challengeSeconds;
    require(policy.oracleBond === 0n || policy.bondLockSeconds >= evidence, 'bond-lock-too-short');
  }

  setPolicy(by: PublicKey, policy: NetworkPolicy): void {
    this.requireAuthority(by);
    NetworkModel.checkPolicy(policy, this.founding.emission, this.current.epoch + 1n);
    this.policy = policy;
  }

  /** `bonds`: keys of {@link NetworkModel.bonds} in the order given. */
  setCommittee(by: PublicKey, threshold: number, oracles: readonly number[], bonds: readonly string[]): void {
    this.requireAuthority(by);
    if (this.policy.oracleBond > 0n) {
      require(bonds.length === oracles.length, 'wrong-bond');
      bonds.forEach((key, at) => {
        const bond = this.bonds.get(key)!;
        require(bond.oracle === oracles[at], 'wrong-bond');
        require(bond.lamports >= this.policy.oracleBond && bond.unlocksAt === 0n, 'bond-too-small');
      });
    }
    const members = oracles.length;
    const sound = members >= 1 && members <= 9 && threshold <= members && threshold * 2 > members;
    require(sound && threshold <= 5, 'bad-threshold');
    require(new Set(oracles).size === members, 'bad-committee-key');
    this.committee = { version: this.committee.version + 1, threshold, oracles: [...oracles] };
  }

  /** @returns the fee in lamports */
  register(owner: PublicKey, kind: number, capacities: readonly number[]): bigint {
    this.requireOpen();
    const most = this.policy.maxCapacity[kind] ?? 0;
    require(most > 0, 'kind-not-admitted');
    require(capacities.length > 0, 'bad-batch');
    require(capacities.every((capacity) => capacity > 0 && capacity <= most), 'capacity-out-of-bounds');
    this.devices.push(...capacities.map(() => owner));
    const fee = capacities.reduce(
      (sum, capacity) => sum + registrationFee(this.policy, { kind, capacity }),
      0n,
    );
    this.fees += fee;
    return fee;
  }

  cut(now: bigint, registryHash: Uint8Array): void {
    this.requireOpen();
    require(now >= this.lastCutTime + BigInt(this.policy.epochSeconds), 'epoch-not-over');
    const epoch = this.lastCutEpoch + 1n;
    require(epoch - this.current.epoch <= OPEN_CUTS, 'cuts-outstanding');
    const { deviceEpochCap } = this.policy;
    this.cuts.set(epoch, { epoch, deviceCount: this.devices.length, deviceEpochCap, registryHash });
    this.lastCutEpoch = epoch;
    this.lastCutTime = now;
  }

  /** The cut of the epoch to be posted next. */
  nextCut(): ModelCut | undefined {
    return this.cuts.get(this.current.epoch + 1n);
  }

  /** Refuses a claim that may not follow the current epoch, signatures aside. */
  admit(now: bigint, attempt: number, earnedTotal: bigint): ModelCut {
    this.requireRunning(now);
    const cut = this.nextCut();
    require(cut !== undefined, 'epoch-not-cut');
    require(this.pending === null, 'epoch-pending');
    require(attempt >= this.attempt && attempt <= this.attempt + 255, 'attempt-out-of-range');
    const growth = earnedTotal - this.current.earnedTotal;
    require(growth >= 0n, 'earned-fell');
    require(growth <= epochCapOf(this.founding.emission, cut.epoch), 'above-epoch-cap');
    require(earnedTotal <= this.founding.emission.maxSupply, 'above-max-supply');
    return cut;
  }

  promote(now: bigint): void {
    this.requireRunning(now);
    const { pending } = this;
    require(pending !== null, 'nothing-pending');
    const open = now - pending.postedAt - this.pause.secondsIn(pending.postedAt, now);
    require(open >= pending.challengeSeconds, 'challenge-period-open');
    const growth = pending.earnedTotal - this.current.earnedTotal;
    if (this.founding.funded) require(this.vault >= pending.earnedTotal - this.totalPaid, 'not-funded');
    else {
      this.minted += growth;
      this.vault += growth;
    }
    const { epoch, earnedTotal, deviceCount, ledger } = pending;
    this.deviceEarnedMax += pending.deviceEpochCap;
    this.current = { epoch, earnedTotal, deviceCount, ledger };
    this.honest &&= pending.honest;
    this.pending = null;
    this.attempt = 0;
    this.guardianVetoes = 0;
    if (this.correctiveEpoch === epoch) this.correctiveEpoch = 0n;
  }

  void(): void {
    this.attempt = this.pending!.attempt + 1;
    this.pending = null;
  }

  veto(by: PublicKey): void {
    require(this.pending !== null, 'nothing-pending');
    const role = this.roleOf(by);
    if (role !== 'authority') {
      require(role === 'guardian', 'not-guardian');
      require(this.guardianVetoes < 2, 'guardian-vetoes-spent');
      this.guardianVetoes += 1;
    }
    this.void();
  }

  /** Whether what the pending ledger says of a device breaks one of the three rules a challenge goes by. */
  isFault(index: number): boolean {
    const { ledger, deviceEpochCap, corrective } = this.pending!;
    const now = ledger.entries[index]!;
    const before = this.current.ledger.entries[index];
    const growth = now.earned - (before?.earned ?? 0n);
    const lawfulOwner =
      !before ||
      before.owner.equals(now.owner) ||
      (this.records.get(index)?.owner.equals(now.owner) ?? false);
    return growth > deviceEpochCap || (!corrective && (growth < 0n || !lawfulOwner));
  }

  /** First epoch whose ledger shows a change of owner made now. */
  private effectiveEpoch(): bigint {
    const posted = this.pending?.epoch ?? this.current.epoch;
    const [afterPost, afterCut] = [posted + 2n, this.lastCutEpoch + 1n];
    return afterPost > afterCut ? afterPost : afterCut;
  }

  /** `claim`: the device's leaf, with the signer as its owner. */
  changeOwner(
    claim: { index: number; owner: PublicKey; earned: bigint },
    to: { owner: PublicKey; retired: boolean },
  ): void {
    this.requireOpen();
    this.current.ledger.requireLeaf(claim);
    const record = this.records.get(claim.index);
    require(!record?.retired, 'device-retired');
    const effective =
      !record || (this.current.epoch >= record.effectiveEpoch && record.owner.equals(claim.owner));
    require(effective, 'transfer-outstanding');
    this.records.set(claim.index, { ...to, effectiveEpoch: this.effectiveEpoch() });
  }

  /** The amount that the payout limit leaves in the window of `now`. */
  allowance(now: bigint): bigint {
    const { paid } = this.windowAt(now);
    return this.policy.payoutLimit > paid ? this.policy.payoutLimit - paid : 0n;
  }

  /** The window that `now` falls in. */
  windowAt(now: bigint): { start: bigint; paid: bigint } {
    const over = now >= this.window.start + BigInt(this.policy.payoutWindowSeconds);
    return over ? { start: now, paid: 0n } : this.window;
  }

  /** The amount paid to device `index` since the start. */
  paidTo(index: number): bigint {
    return this.pages.get(Math.floor(index / 1024))?.paid.get(index) ?? 0n;
  }

  /** Removes an equivocating oracle and takes bonds. */
  slash(oracle: number, bonds: readonly string[]): void {
    const seated = this.committee.oracles.includes(oracle);
    require(bonds.every((key) => this.bonds.get(key)!.oracle === oracle), 'wrong-bond');
    const taken = bonds.reduce((sum, key) => sum + this.bonds.get(key)!.lamports, 0n);
    require(seated || taken > 0n, 'nothing-to-slash');
    if (seated) {
      const oracles = this.committee.oracles.filter((member) => member !== oracle);
      const threshold = Math.min(this.committee.threshold, oracles.length);
      this.committee = { version: this.committee.version + 1, threshold, oracles };
    }
    for (const key of bonds) this.bonds.get(key)!.lamports = 0n;
    this.fees += taken;
  }
}
