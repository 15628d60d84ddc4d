import { byKind, KIND_NAMES, KINDS, type KindName } from '@commonwire/sdk/device';
import { type NetworkPolicy, NO_LIMIT } from '@commonwire/sdk/network';
import { z } from 'zod';
import { amount, parseConfig, positive, U32_MAX, whole } from './config-fields';

const capacity = whole(0, U32_MAX).default(0);
const capacities = z.strictObject(byKind(() => capacity));

/** 0.001 SOL per device, and the same again for 10 kW, so that mass registration is expensive. */
const DEVICE_FEE = 1_000_000n;
const CAPACITY_FEE = byKind((name) => KINDS[name].capacityFee);
const DAY_SECONDS = 86_400;
/** 0.01 SOL for whoever shows a leaf that was demanded. */
const DEMAND_BOND = 10_000_000n;

/** The field `policy` of a network's configuration. */
export const policyFields = z
  .strictObject({
    device_epoch_cap: positive,
    epoch_seconds: whole(1, U32_MAX),
    challenge_seconds: whole(1, U32_MAX),
    /** The largest capacity of a device by kind, in the kind's unit. Omitted kinds aren't admitted. */
    max_capacity: capacities.refine(
      (most) => Object.values(most).some((capacity) => capacity > 0),
      'must admit at least one kind of device',
    ),
    /** Registration fees in lamports, per device and per unit of its capacity. */
    device_fee: amount.default(DEVICE_FEE),
    capacity_fee: capacities.default(CAPACITY_FEE),
    /** The most base units paid in one window, or "none". Default: twice what may be earned in it. */
    payout_limit: z.union([amount, z.literal('none').transform(() => NO_LIMIT)]).optional(),
    payout_window_seconds: whole(1, U32_MAX).default(DAY_SECONDS),
    /** The bond that each oracle needs, lamports, and how long it stays locked after unlocking is requested. */
    oracle_bond: amount.default(0n),
    bond_lock_seconds: whole(0, U32_MAX).default(14 * DAY_SECONDS),
    /** What whoever demands a leaf stakes, lamports, and how long the committee has to show it. Default: `challenge_seconds`. */
    demand_bond: amount.default(DEMAND_BOND),
    answer_seconds: whole(1, U32_MAX).optional(),
    /** The least slots that an epoch stays open to challenge. Default: one a second, a third of what clusters make. */
    challenge_slots: whole(1, U32_MAX).optional(),
  })
  .superRefine((fields, context) => {
    const { challenge_seconds: challenge, answer_seconds: answer = challenge } = fields;
    if (2 * answer < challenge) {
      const message = `must be at least half of challenge_seconds, ${Math.ceil(challenge / 2)}`;
      context.addIssue({ code: 'custom', path: ['answer_seconds'], message });
    }
    const least = 2 * fields.epoch_seconds + challenge + answer;
    if (fields.oracle_bond === 0n || fields.bond_lock_seconds >= least) return;
    const message = `must be at least ${least}, two epochs, a challenge period and the time to answer, so that evidence can arrive in time`;
    context.addIssue({ code: 'custom', path: ['bond_lock_seconds'], message });
  });

/** Converts the fields to a policy for a network whose devices may earn `epochCap` per epoch. */
export function toPolicy(fields: z.output<typeof policyFields>, epochCap: bigint): NetworkPolicy {
  const earned = epochCap * BigInt(fields.payout_window_seconds);
  const twice = (2n * earned) / BigInt(fields.epoch_seconds) + 1n;
  return {
    deviceEpochCap: fields.device_epoch_cap,
    payoutLimit: fields.payout_limit ?? (twice < NO_LIMIT ? twice : NO_LIMIT),
    oracleBond: fields.oracle_bond,
    deviceFee: fields.device_fee,
    epochSeconds: fields.epoch_seconds,
    challengeSeconds: fields.challenge_seconds,
    payoutWindowSeconds: fields.payout_window_seconds,
    bondLockSeconds: fields.bond_lock_seconds,
    demandBond: fields.demand_bond,
    answerSeconds: fields.answer_seconds ?? fields.challenge_seconds,
    challengeSlots: fields.challenge_slots ?? fields.challenge_seconds,
    maxCapacity: slots(fields.max_capacity),
    capacityFee: slots(fields.capacity_fee),
  };
}

/**
 * Parses the policy of a configuration from JSON. Other fields are ignored.
 * @param epochCap base units that the network's next epoch may earn
 * @throws NetworkConfigError naming the first bad field
 */
export const parsePolicyConfig = (value: unknown, epochCap: bigint): NetworkPolicy =>
  toPolicy(parseConfig(z.object({ policy: policyFields }), value).policy, epochCap);

/** Returns the chain's 8 slots, one per kind. The first slot is unused. */
function slots(values: Readonly<Record<KindName, number>>): number[] {
  const slots = new Array<number>(8).fill(0);
  for (const name of KIND_NAMES) slots[KINDS[name].id] = values[name];
  return slots;
}
