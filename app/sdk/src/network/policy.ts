import { bn } from '../core/anchor-values';

/** The settings of a network that the authority may change. */
export interface NetworkPolicy {
  /** Most that one device may earn in one epoch, in base units; never more than the epoch's cap. */
  deviceEpochCap: bigint;
  /** Most base units paid in one window; `NO_LIMIT`: no limit. At least 1.25 of the rate at which devices may earn. */
  payoutLimit: bigint;
  /** Lamports that each committee member must have bonded when the committee is set; 0n: none. */
  oracleBond: bigint;
  /** Lamports that registering a device costs, whatever its capacity. */
  deviceFee: bigint;
  /** Lamports that whoever demands a leaf stakes; whoever shows it gets them. */
  demandBond: bigint;
  /** Least seconds from one cut to the next. */
  epochSeconds: number;
  /** Seconds that a posted epoch stays open to challenge. */
  challengeSeconds: number;
  /** Seconds of the window that `payoutLimit` is for. */
  payoutWindowSeconds: number;
  /** Seconds from unlocking a bond to withdrawing it. */
  bondLockSeconds: number;
  /** Seconds that the committee has to show a leaf that was demanded: at least half of `challengeSeconds`. */
  answerSeconds: number;
  /** Least slots that a posted epoch stays open to challenge. */
  challengeSlots: number;
  /** Greatest capacity of a device by kind, 8 entries, in the kind's unit; 0 admits none. */
  maxCapacity: readonly number[];
  /** Lamports that registering costs for each unit of capacity, by kind, 8 entries. */
  capacityFee: readonly number[];
}

/** Bounds of the policy, fixed when a network is created. */
export interface NetworkFloors {
  /** Least `epochSeconds`: with the cap per epoch it bounds emission per second. */
  epochSeconds: number;
  /** Least `challengeSeconds`. */
  challengeSeconds: number;
  /** Least `payoutWindowSeconds`. */
  payoutWindowSeconds: number;
  /** Seconds that a change of rules waits if it loosens anything, seven days at most; 0: none waits. */
  changeDelaySeconds: number;
}

/** A payout limit that limits nothing. */
export const NO_LIMIT = 2n ** 64n - 1n;

/** Limits on earnings, in total and in each epoch. */
export interface Emission {
  /** Minted: most base units that may ever exist. Funded: most that may ever be earned. */
  maxSupply: bigint;
  /** Most base units that the first epochs may earn each. */
  epochCap: bigint;
  /** Epochs after which the cap halves, again and again; 0n: never. */
  halvingEpochs: bigint;
}

/** Most that `epoch` (from 1) may add to the total earned, as the program has it. */
export function epochCapOf({ epochCap, halvingEpochs }: Emission, epoch: bigint): bigint {
  return halvingEpochs === 0n ? epochCap : epochCap >> ((epoch - 1n) / halvingEpochs);
}

/**
 * The least that is due to an owner for whom payers create a token account unless they say otherwise, base units: a hundredth
 * of what a device may earn in an epoch. Less isn't worth the rent.
 */
export const leastForAccount = ({ deviceEpochCap }: Pick<NetworkPolicy, 'deviceEpochCap'>): bigint =>
  deviceEpochCap / 100n + 1n;

/** Lamports that registering a device of `kind` and `capacity` costs. */
export const registrationFee = (
  { deviceFee, capacityFee }: NetworkPolicy,
  { kind, capacity }: { kind: number; capacity: number },
): bigint => deviceFee + BigInt(capacityFee[kind] ?? 0) * BigInt(capacity);

/** Converts a policy to the program's argument. */
export const policyArgument = (policy: NetworkPolicy): Record<keyof NetworkPolicy, unknown> => ({
  ...policy,
  deviceEpochCap: bn(policy.deviceEpochCap),
  payoutLimit: bn(policy.payoutLimit),
  oracleBond: bn(policy.oracleBond),
  deviceFee: bn(policy.deviceFee),
  demandBond: bn(policy.demandBond),
  maxCapacity: [...policy.maxCapacity],
  capacityFee: [...policy.capacityFee],
});

/** An emission as the program's arguments have it. */
export const emissionArgument = (emission: Emission): Record<keyof Emission, unknown> => ({
  maxSupply: bn(emission.maxSupply),
  epochCap: bn(emission.epochCap),
  halvingEpochs: bn(emission.halvingEpochs),
});

/** The amounts of a policy that give anybody more power over rewards when they rise. */
const LOOSER_ABOVE = ['deviceEpochCap', 'payoutLimit'] as const;
/** Those that do when they fall. */
const LOOSER_BELOW = [
  'oracleBond',
  'deviceFee',
  'epochSeconds',
  'challengeSeconds',
  'payoutWindowSeconds',
  'challengeSlots',
] as const;

/** Whether changing `policy` to `next` loosens anything, so that the change waits out the network's delay. */
export const isLoosened = (policy: NetworkPolicy, next: NetworkPolicy): boolean =>
  LOOSER_ABOVE.some((field) => next[field] > policy[field]) ||
  LOOSER_BELOW.some((field) => next[field] < policy[field]) ||
  next.answerSeconds !== policy.answerSeconds ||
  next.demandBond !== policy.demandBond ||
  next.bondLockSeconds !== policy.bondLockSeconds ||
  policy.maxCapacity.some((most, kind) => next.maxCapacity[kind]! > most) ||
  policy.capacityFee.some((fee, kind) => next.capacityFee[kind]! < fee);
