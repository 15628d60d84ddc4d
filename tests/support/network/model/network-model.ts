import {
  type AnnouncedRule,
  CLOSING_SECONDS,
  type Emission,
  epochCapOf,
  type NetworkFloors,
  type NetworkPolicy,
  type RegisteredDevice,
  type Rule,
  registrationFee,
} from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { require } from '../../model/rules';
import { CommitteeModel, type Seat } from './committee-model';
import { type Entry, ModelLedger } from './ledger';
import { PauseModel } from './pause-model';
import { checkAbove, checkPolicy } from './policy-rules';
import { RulesModel } from './rules-model';

export interface ModelCut {
  epoch: bigint;
  deviceCount: number;
  deviceEpochCap: bigint;
  registryHash: Uint8Array;
}

/** The moment of something that a time and some slots are counted from. */
export interface Moment {
  now: bigint;
  slot: bigint;
}

/** An epoch that was posted, and what its ledger really holds. */
export interface ModelPending extends ModelCut {
  ledger: ModelLedger;
  earnedTotal: bigint;
  attempt: number;
  posted: Moment;
  challengeSeconds: bigint;
  challengeSlots: bigint;
  answerSeconds: bigint;
  openDemands: number;
  /** When a demanded leaf was last shown; null: none was. */
  shown: Moment | null;
  corrective: boolean;
  signers: readonly Seat[];
  /** Made by the honest oracles' rules from ledgers without a fault. */
  honest: boolean;
  /** Devices whose leaves everybody knows, with their proofs. */
  seen: Set<number>;
}

export interface ModelRecord {
  owner: PublicKey;
  previousOwner: PublicKey;
  effectiveEpoch: bigint;
  retired: boolean;
}

export interface ModelDemand {
  epoch: bigint;
  attempt: number;
  index: number;
  demander: PublicKey;
  bond: bigint;
  opened: Moment;
}

export interface ModelApproval {
  address: PublicKey;
  oracle: number;
  /** The message, base64. */
  message: string;
  payer: PublicKey;
  epoch: bigint;
  version: number;
  attempt: number;
}

/** Where a network is, and who may do what in it at its start. */
export interface Founding {
  address: PublicKey;
  mint: PublicKey;
  authority: PublicKey;
  guardian: PublicKey | null;
  funded: boolean;
  emission: Emission;
  floors: NetworkFloors;
  policy: NetworkPolicy;
  birth: bigint;
  createdAt: bigint;
}

const OPEN_CUTS = 2n;
const MAX_U64 = 2n ** 64n - 1n;

/** A network by the rules that the design states: state, and a method for each decision. Amounts are base units. */
export class NetworkModel {
  readonly pause = new PauseModel();
  readonly rules: RulesModel;
  readonly committee = new CommitteeModel();
  life: 'open' | 'closing' | 'closed' = 'open';
  heir: PublicKey | null = null;
  closingSince = 0n;
  cuts = new Map<bigint, ModelCut>();
  lastCutEpoch = 0n;
  lastCutTime: bigint;
  pending: ModelPending | null = null;
  current = { epoch: 0n, earnedTotal: 0n, deviceCount: 0, ledger: new ModelLedger([]) };
  /** Whether no promoted ledger has a fault, or a leaf that can't be shown. */
  clean = true;
  correctiveEpoch = 0n;
  correctiveFrom = 0n;
  deviceEarnedMax = 0n;
  totalPaid = 0n;
  mintedTotal = 0n;
  window = { start: 0n, paid: 0n };
  attempt = 0;
  guardianVetoes = 0;
  /** Devices as they were registered. */
  readonly devices: RegisteredDevice[] = [];
  readonly records = new Map<number, ModelRecord>();
  /** Pages by number: who paid, and the slots that were ever paid. */
  readonly pages = new Map<number, { payer: PublicKey; paid: Map<number, bigint> }>();
  /** By address. */
  readonly demands = new Map<string, ModelDemand>();
  /** By address. */
  readonly approvals = new Map<string, ModelApproval>();
  /** Deposits by funder, until they are withdrawn. */
  readonly fundings = new Map<string, bigint>();
  fundedTotal = 0n;
  surplus = 0n;
  /** Lamports of fees and slashed bonds. */
  fees = 0n;
  /** Base units in the vault. */
  vault = 0n;

  constructor(readonly founding: Founding) {
    const { authority, guardian, policy, floors, createdAt } = founding;
    this.rules = new RulesModel(authority, guardian, policy, floors);
    this.lastCutTime = createdAt;
  }

  get policy(): NetworkPolicy {
    return this.rules.policy;
  }

  requireOpen(): void {
    require(this.life === 'open', 'closed');
  }

  /** Refuses what nobody needs once everything is paid. */
  requireUnfinished(): void {
    require(this.life !== 'closed', 'closed');
  }

  /** Refuses what pays, once the network is closed or while it is paused. */
  requirePaying(now: bigint): void {
    this.requireUnfinished();
    require(!this.pause.isActive(now), 'paused');
  }

  requireRunning(now: bigint): void {
    this.requireOpen();
    this.requirePaying(now);
  }

  /** Seconds since then without a pause. */
  openSeconds = (since: bigint, now: bigint): bigint => now - since - this.pause.secondsIn(since, now);

  /** Refuses a policy that this network can't have now. */
  checkPolicy(policy: NetworkPolicy): void {
    checkPolicy(policy, this.founding.emission, this.current.epoch + 1n);
    checkAbove(policy, this.founding.floors);
  }

  /** `bonds`: keys of the committee's bonds in the order given. */
  setCommittee(now: bigint, threshold: number, oracles: readonly number[], bonds: readonly string[]): void {
    this.requireOpen();
    const { rules, committee } = this;
    if (rules.hasty || committee.version === 0 || committee.isTightenedBy(threshold, oracles)) {
      committee.seat(this.policy, threshold, oracles, bonds);
      rules.announced.committee = null;
      return;
    }
    CommitteeModel.checkSound(threshold, oracles);
    rules.announced.committee = { from: rules.from(now), threshold, oracles: [...oracles] };
  }

  /** `bonds` as for {@link setCommittee}. */
  applyChange(rule: AnnouncedRule, now: bigint, bonds: readonly string[]): void {
    const { rules } = this;
    if (rule === 'policy') {
      const { policy } = rules.due(rule, now);
      this.checkPolicy(policy);
      rules.policy = policy;
    } else if (rule === 'guardian') rules.seatGuardian(rules.due(rule, now).guardian);
    else {
      const { threshold, oracles } = rules.due(rule, now);
      this.committee.seat(this.policy, threshold, oracles, bonds);
    }
    rules.announced[rule] = null;
  }

  /** Adds devices. */
  register(devices: readonly Omit<RegisteredDevice, 'index'>[], kind: number, maxFee: bigint): void {
    this.requireOpen();
    const most = this.policy.maxCapacity[kind] ?? 0;
    require(most > 0, 'kind-not-admitted');
    require(devices.length > 0, 'bad-batch');
    require(devices.every(({ capacity }) => capacity > 0 && capacity <= most), 'capacity-out-of-bounds');
    const fee = devices.reduce((sum, device) => sum + registrationFee(this.policy, device), 0n);
    require(fee <= maxFee, 'fee-above-maximum');
    for (const device of devices) this.devices.push({ ...device, index: this.devices.length });
    this.fees += fee;
  }

  cut(now: bigint, registryHash: Uint8Array): void {
    this.requireOpen();
    require(now >= this.lastCutTime + BigInt(this.policy.epochSeconds), 'epoch-not-over');
    const epoch = this.lastCutEpoch + 1n;
    require(epoch - this.current.epoch <= OPEN_CUTS, 'cuts-outstanding');
    const deviceEpochCap = least(this.policy.deviceEpochCap, epochCapOf(this.founding.emission, epoch));
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
    const cut = this.nextCut();
    require(cut !== undefined, 'epoch-not-cut');
    require(this.pending === null, 'epoch-pending');
    require(attempt >= this.attempt && attempt <= this.attempt + 255, 'attempt-out-of-range');
    const growth = earnedTotal - this.current.earnedTotal;
    if (growth < 0n) {
      require(this.isCorrective(now, cut.epoch), 'earned-fell');
      require(earnedTotal >= this.totalPaid, 'earned-below-paid');
    } else require(growth <= epochCapOf(this.founding.emission, cut.epoch), 'above-epoch-cap');
    require(earnedTotal <= this.founding.emission.maxSupply, 'above-max-supply');
    return cut;
  }

  promote({ now, slot }: Moment): void {
    this.requirePaying(now);
    const { pending } = this;
    require(pending !== null, 'nothing-pending');
    const { posted, shown, challengeSeconds, challengeSlots } = pending;
    const over =
      this.openSeconds(posted.now, now) >= challengeSeconds && slot - posted.slot >= challengeSlots;
    // Half as long again, at least, to look at what was shown last.
    const seen =
      shown === null ||
      (2n * this.openSeconds(shown.now, now) >= challengeSeconds &&
        2n * (slot - shown.slot) >= challengeSlots);
    require(over && seen, 'challenge-period-open');
    require(pending.openDemands === 0, 'demands-open');
    const { epoch, earnedTotal, deviceCount, ledger } = pending;
    if (this.founding.funded) require(this.vault >= earnedTotal - this.totalPaid, 'not-funded');
    else if (earnedTotal > this.mintedTotal) this.vault += earnedTotal - this.mintedTotal;
    if (earnedTotal > this.mintedTotal) this.mintedTotal = earnedTotal;
    this.clean &&= ledger.entries.every((_, index) => ledger.isShowable(index) && !this.isFault(index));
    this.deviceEarnedMax = least(this.deviceEarnedMax + pending.deviceEpochCap, MAX_U64);
    this.current = { epoch, earnedTotal, deviceCount, ledger };
    this.pending = null;
    this.attempt = 0;
    this.guardianVetoes = 0;
    if (this.correctiveEpoch === epoch) [this.correctiveEpoch, this.correctiveFrom] = [0n, 0n];
  }

  void(): void {
    this.attempt = this.pending!.attempt + 1;
    this.pending = null;
  }

  veto(by: PublicKey, root: Uint8Array): void {
    const { pending, rules } = this;
    require(pending !== null, 'nothing-pending');
    require(Buffer.compare(pending.ledger.root, root) === 0, 'wrong-root');
    const role = rules.roleOf(by);
    if (role !== 'authority') {
      require(role === 'guardian', 'not-guardian');
      require(this.guardianVetoes < 2, 'guardian-vetoes-spent');
      this.guardianVetoes += 1;
    }
    this.void();
  }

  /** The owner that a device's leaf must name in an epoch. */
  ownerIn(index: number, epoch: bigint): PublicKey {
    const record = this.records.get(index);
    if (!record) return new PublicKey(this.devices[index]!.owner);
    return record.effectiveEpoch <= epoch ? record.owner : record.previousOwner;
  }

  isRetiredIn(index: number, epoch: bigint): boolean {
    const record = this.records.get(index);
    return record?.retired === true && record.effectiveEpoch <= epoch;
  }

  /** Whether what the pending ledger says of a device breaks a rule that a challenge goes by. */
  isFault(index: number): boolean {
    const { ledger, epoch } = this.pending!;
    const now = ledger.entries[index]!;
    const owned = this.ownerIn(index, epoch).equals(now.owner);
    return !owned || this.isBelowPaid(index, now) || this.isPadded(index) || this.isWrongGrowth(index, now);
  }

  /** Whether the proof of a device's leaf shows earnings of no device. */
  isPadded(index: number): boolean {
    const { ledger, deviceCount } = this.pending!;
    return index === deviceCount - 1 && ledger.isPadded;
  }

  /** Whether a corrective epoch takes back what was paid. */
  isBelowPaid = (index: number, { earned }: Entry): boolean =>
    this.pending!.corrective && earned < this.paidTo(index);

  /** Whether leaves can still be demanded: in the first half of the challenge period, by time or by slots. */
  takesDemands({ now, slot }: Moment): boolean {
    const { posted, challengeSeconds, challengeSlots } = this.pending!;
    const open = this.openSeconds(posted.now, now);
    return 2n * open < challengeSeconds || 2n * (slot - posted.slot) < challengeSlots;
  }

  /** Whether the time to answer a demand for a leaf of the pending epoch is over. */
  isOverdue({ opened }: ModelDemand, { now, slot }: Moment): boolean {
    const { answerSeconds, challengeSlots } = this.pending!;
    return this.openSeconds(opened.now, now) > answerSeconds && 2n * (slot - opened.slot) >= challengeSlots;
  }

  /** Whether a device has gained too much, lost something, or gained anything though retired; unknown: none of them. */
  isWrongGrowth(index: number, { earned }: Entry): boolean {
    const { epoch, deviceEpochCap, corrective } = this.pending!;
    const isNew = index >= this.current.deviceCount;
    const before = isNew ? 0n : this.current.ledger.shown(index)?.earned;
    if (before === undefined) return false;
    const growth = earned - before;
    if (growth < 0n) return !corrective;
    return growth > deviceEpochCap || (growth > 0n && this.isRetiredIn(index, epoch));
  }

  /** Voids the pending epoch for a fault. @returns the challenger's part of what its signers lose */
  punish(): bigint {
    const { signers } = this.pending!;
    const taken = this.committee.take(signers.flatMap(({ bond }) => bond ?? []));
    this.committee.remove(signers.map(({ oracle }) => oracle));
    this.void();
    return this.reward(taken);
  }

  /** Keeps what was slashed but for a tenth. */
  private reward(taken: bigint): bigint {
    this.fees += taken - taken / 10n;
    return taken / 10n;
  }

  /** Removes an equivocating oracle and takes bonds. @returns the reporter's part */
  slash(oracle: number, bonds: readonly string[]): bigint {
    const seated = this.committee.has(oracle);
    require(bonds.every((key) => this.committee.bonds.get(key)!.oracle === oracle), 'wrong-bond');
    const taken = bonds.reduce((sum, key) => sum + this.committee.bonds.get(key)!.lamports, 0n);
    require(seated || taken > 0n, 'nothing-to-slash');
    this.committee.remove([oracle]);
    return this.reward(this.committee.take(bonds));
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
    const effectiveEpoch = this.effectiveEpoch();
    this.records.set(claim.index, { ...to, previousOwner: claim.owner, effectiveEpoch });
  }

  /** Whether the payout limit is lifted: nothing more can be posted, and a change of rules would have waited as long. */
  private isUnlimited(now: bigint): boolean {
    const lifted = this.closingSince + BigInt(this.founding.floors.changeDelaySeconds);
    return this.life === 'closing' && this.pending === null && now >= lifted;
  }

  /** The amount that the payout limit leaves in the window of `now`. */
  allowance(now: bigint): bigint {
    if (this.isUnlimited(now)) return MAX_U64;
    const { paid } = this.windowAt(now);
    return this.policy.payoutLimit > paid ? this.policy.payoutLimit - paid : 0n;
  }

  /** The window that `now` falls in. */
  windowAt(now: bigint): { start: bigint; paid: bigint } {
    const over = now >= this.window.start + BigInt(this.policy.payoutWindowSeconds);
    return over && !this.isUnlimited(now) ? { start: now, paid: 0n } : this.window;
  }

  /** Counts a settlement. */
  pay(now: bigint, amount: bigint): void {
    require(this.totalPaid + amount <= this.current.earnedTotal, 'above-promoted');
    const { start, paid } = this.windowAt(now);
    this.window = { start, paid: paid + amount };
    this.totalPaid += amount;
    this.vault -= amount;
  }

  /** The amount paid to device `index` since the start. */
  paidTo(index: number): bigint {
    return this.pages.get(Math.floor(index / 1024))?.paid.get(index) ?? 0n;
  }

  nameCorrective(by: PublicKey, now: bigint, epoch: bigint): void {
    this.rules.requireAuthority(by);
    require(epoch === 0n || epoch > this.current.epoch, 'corrective-epoch-over');
    if (epoch === this.correctiveEpoch) return;
    this.withdrawCorrective(now);
    if (epoch !== 0n) [this.correctiveEpoch, this.correctiveFrom] = [epoch, this.rules.from(now)];
  }

  isCorrective(now: bigint, epoch: bigint): boolean {
    return this.correctiveEpoch === epoch && now >= this.correctiveFrom;
  }

  private withdrawCorrective(now: bigint): void {
    const named = this.correctiveEpoch;
    // Once it is cut and its delay over, oracles may have signed what only a corrective epoch may do.
    const unsigned = named === 0n || named > this.lastCutEpoch || now < this.correctiveFrom;
    require(unsigned, 'corrective-epoch-cut');
    [this.correctiveEpoch, this.correctiveFrom] = [0n, 0n];
  }

  beginPause(by: PublicKey, now: bigint): void {
    this.pause.begin(this.rules.roleOf(by), now, BigInt(this.rules.floors.changeDelaySeconds));
  }

  /** Withdraws what was announced of a rule, a corrective epoch, or a closing. */
  cancel(by: PublicKey, now: bigint, rule: Rule): void {
    require(this.rules.roleOf(by) !== 'nobody', 'not-guardian');
    if (rule === 'corrective') {
      require(this.correctiveEpoch !== 0n, 'nothing-announced');
      this.withdrawCorrective(now);
    } else if (rule === 'closing') {
      require(this.life === 'closing', 'nothing-announced');
      [this.life, this.heir, this.closingSince] = ['open', null, 0n];
    } else this.rules.cancel(rule);
    this.rules.countRefusal(by, rule);
  }

  beginClose(now: bigint, heir: PublicKey | null): void {
    this.requireOpen();
    require(this.founding.funded || heir !== null, 'no-heir');
    [this.life, this.heir, this.closingSince] = ['closing', heir, now];
  }

  /** Refuses to close for ever before owners had their time. */
  requireFinish(now: bigint): void {
    require(this.life === 'closing', 'not-closing');
    require(this.pending === null, 'epoch-pending');
    require(this.openSeconds(this.closingSince, now) >= CLOSING_SECONDS, 'still-closing');
  }

  /** @returns what is left in the vault */
  finishClose(): bigint {
    this.life = 'closed';
    const left = this.vault;
    if (this.founding.funded) this.surplus = left;
    else this.vault = 0n;
    return left;
  }

  /** A funder's part of what is left. */
  shareOf(funder: PublicKey): bigint {
    const part = this.surplus * this.fundings.get(funder.toBase58())!;
    return this.fundedTotal === 0n ? 0n : part / this.fundedTotal;
  }
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
