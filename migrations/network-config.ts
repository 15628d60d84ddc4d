import { CommonwireError, type Emission, Kind, type NetworkPolicy, NO_LIMIT } from '@commonwire/sdk';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';

/** A network's configuration that can't be used. The message begins with the path of the first bad field. */
export class NetworkConfigError extends CommonwireError {
  declare readonly code: 'bad-network-config';
}

/** What a network is created with. Amounts are base units of its reward token. */
export interface NetworkConfig {
  /** Decimals of the reward token. */
  decimals: number;
  emission: Emission;
  policy: NetworkPolicy;
  committee: { threshold: number; keys: readonly PublicKey[] };
  /** Who sets policy and committee from then on; whoever creates the network if left out. */
  authority?: PublicKey;
  /** Who may veto and pause; nobody if left out. */
  guardian?: PublicKey;
}

const U32_MAX = 4_294_967_295;
/** Greatest committee and threshold that the program takes: what one transaction carries. */
const MOST_KEYS = 9;
const MOST_SIGNATURES = 5;

const amount = z
  .string('must be a decimal string such as "1000000"')
  .regex(/^(0|[1-9][0-9]{0,19})$/, 'must be a whole number in decimal, without sign, point or leading zero')
  .transform(BigInt)
  .refine((value) => value < 1n << 64n, 'must be below 2^64');
const positive = amount.refine((value) => value > 0n, 'must not be 0');
const whole = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.number(message).int(message).min(least, message).max(most, message);
};

const address = z.string('must be a base58 address').transform((text, context) => {
  try {
    return new PublicKey(text);
  } catch {
    context.addIssue({ code: 'custom', message: `"${text}" is not a base58 address of 32 bytes` });
    return z.NEVER;
  }
});
const oracleKey = address.refine(
  (key) => PublicKey.isOnCurve(key.toBytes()),
  'is no Ed25519 key: an address that a program owns cannot sign',
);

const capacity = whole(0, U32_MAX).default(0);
const byKind = z.strictObject({ energy: capacity, bandwidth: capacity, parking: capacity, sensor: capacity });

/** A thousandth of a SOL for each device, and as much again for 10 kW: what makes registering in bulk for nothing dear. */
const DEVICE_FEE = 1_000_000n;
const CAPACITY_FEE = { energy: 100, bandwidth: 1, parking: 1_000_000, sensor: 1_000_000 };
const DAY_SECONDS = 86_400;

const schema = z
  .strictObject({
    token: z.strictObject({ decimals: whole(0, 9) }),
    emission: z.strictObject({
      max_supply: positive,
      epoch_cap: positive,
      halving_epochs: amount.default(0n),
    }),
    policy: z.strictObject({
      device_epoch_cap: positive,
      epoch_seconds: whole(1, U32_MAX),
      challenge_seconds: whole(1, U32_MAX),
      /** Greatest capacity of one device by kind, in the kind's unit; a kind left out is not admitted. */
      max_capacity: byKind,
      /** Lamports that registering costs, by device and by unit of its capacity. */
      device_fee: amount.default(DEVICE_FEE),
      capacity_fee: byKind.default(CAPACITY_FEE),
      /** Most base units paid in one window, or "none"; twice what may be earned in it if left out. */
      payout_limit: z.union([amount, z.literal('none').transform(() => NO_LIMIT)]).optional(),
      payout_window_seconds: whole(1, U32_MAX).default(DAY_SECONDS),
      /** Lamports that each oracle must have bonded, and how long a bond stays once it was asked back. */
      oracle_bond: amount.default(0n),
      bond_lock_seconds: whole(0, U32_MAX).default(14 * DAY_SECONDS),
    }),
    committee: z.strictObject({
      threshold: whole(1, MOST_SIGNATURES),
      keys: z
        .array(oracleKey)
        .min(1, 'must name at least one oracle')
        .max(MOST_KEYS, `must name at most ${MOST_KEYS} oracles`),
    }),
    authority: address.optional(),
    guardian: address.optional(),
  })
  .superRefine(({ committee, policy }, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const { keys, threshold } = committee;
    const texts = keys.map((key) => key.toBase58());
    const twice = texts.findIndex((key, i) => texts.indexOf(key) !== i);
    if (twice >= 0) refuse(['committee', 'keys', twice], 'names an oracle for the second time');
    if (threshold > keys.length || threshold * 2 <= keys.length) {
      refuse(['committee', 'threshold'], `must be more than half of the ${keys.length} keys, and not above`);
    }
    if (Object.values(policy.max_capacity).every((most) => most === 0)) {
      refuse(['policy', 'max_capacity'], 'must admit at least one kind of device');
    }
  });

/** The JSON of a network's configuration, as in `network.example.json`. */
export type NetworkConfigInput = z.input<typeof schema>;

/**
 * Checks a configuration read from JSON. Unknown fields are refused, so that a misspelt one isn't silently ignored.
 * @throws NetworkConfigError naming the first bad field
 */
export function parseNetworkConfig(value: unknown): NetworkConfig {
  const result = schema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const field = [...issue.path, ...unknown].join('.') || 'network';
    throw new NetworkConfigError(
      'bad-network-config',
      `${field}: ${unknown.length > 0 ? 'is not a known field' : issue.message}`,
    );
  }
  const { token, emission, policy, committee, authority, guardian } = result.data;
  const earned = emission.epoch_cap * BigInt(policy.payout_window_seconds);
  const twice = (2n * earned) / BigInt(policy.epoch_seconds) + 1n;
  return {
    decimals: token.decimals,
    emission: {
      maxSupply: emission.max_supply,
      epochCap: emission.epoch_cap,
      halvingEpochs: emission.halving_epochs,
    },
    policy: {
      deviceEpochCap: policy.device_epoch_cap,
      payoutLimit: policy.payout_limit ?? (twice < NO_LIMIT ? twice : NO_LIMIT),
      oracleBond: policy.oracle_bond,
      deviceFee: policy.device_fee,
      epochSeconds: policy.epoch_seconds,
      challengeSeconds: policy.challenge_seconds,
      payoutWindowSeconds: policy.payout_window_seconds,
      bondLockSeconds: policy.bond_lock_seconds,
      maxCapacity: slots(policy.max_capacity),
      capacityFee: slots(policy.capacity_fee),
    },
    committee,
    ...(authority ? { authority } : {}),
    ...(guardian ? { guardian } : {}),
  };
}

/** The chain's 8 slots, one a kind, of which the first is no kind. */
function slots(byKind: Record<keyof typeof Kind, number>): number[] {
  const values = new Array<number>(8).fill(0);
  for (const [kind, value] of Object.entries(byKind)) values[Kind[kind as keyof typeof Kind]] = value;
  return values;
}
