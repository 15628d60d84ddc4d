/** The policy of a network: the version of the rules, their thresholds and the split of the budget, hashed into each dataset. */
import { sha256, toHex } from '@commonwire/sdk/core';
import { EARNING_KINDS, type EarningKind, earns, KINDS, type KindName } from '@commonwire/sdk/device';
import { z } from 'zod';
import { isAddress } from './address';
import { attestationPolicy } from './attestation';
import { canonicalBytes } from './canonical';
import { denylistPolicy } from './denylist';
import { DomainError } from './errors';
import { bandwidthPolicy } from './kinds/bandwidth/policy';
import { energyPolicy } from './kinds/energy/policy';
import { parkingPolicy } from './kinds/parking/policy';
import { sensorPolicy } from './kinds/sensor/policy';
import { ppm, seconds } from './policy-fields';
import { RULES_VERSION, requireRules } from './rules-version';

const unixMs = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const amount = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,19})$/, 'must be a whole number in decimal')
  .refine((text) => BigInt(text) < 1n << 64n, 'must be below 2^64');

/** More than one network needs. */
export const MOST_MARKETS = 8;
const marketAddress = z.string().refine(isAddress, 'must be an address in base58');

const load = z.number().int().min(1).max(1_000_000_000_000);

const clockSchema = z.strictObject({
  /** Device time at `start`, unix milliseconds. */
  origin: unixMs.default(0),
  /** Real time at which device time is `origin`, unix milliseconds. */
  start: unixMs.default(0),
  /** Device seconds per real second; 1 outside development. */
  speed: z.number().int().min(1).max(1_000_000).default(1),
});

/** Thresholds of each kind's rules. */
const rules = {
  energy: energyPolicy.prefault({}),
  bandwidth: bandwidthPolicy.prefault({}),
  parking: parkingPolicy.prefault({}),
  sensor: sensorPolicy.prefault({}),
} satisfies Record<EarningKind, z.ZodType>;

/** A field for each kind that earns. */
const byEarning = <T>(make: (name: EarningKind) => T): Record<EarningKind, T> =>
  Object.fromEntries(EARNING_KINDS.map((name) => [name, make(name)])) as Record<EarningKind, T>;

const policySchema = z
  .strictObject({
    version: z.literal(1).default(1),
    /** The version of the formulas and constants that no policy changes. Has no default. */
    rules_version: z.literal(RULES_VERSION, { error: `must be ${RULES_VERSION}, which this software has` }),
    /** Base units of the reward token to split in an epoch. */
    epoch_budget: amount,
    /** Most a single device earns in an epoch. */
    device_epoch_cap: amount,
    /** Shares of the budget by kind, millionths. */
    kind_shares_ppm: z
      .strictObject(byEarning((name) => ppm.default(name === 'energy' ? 1_000_000 : 0)))
      .prefault({}),
    /** The most of a kind that counts in an H3 cell; see `KindFacts` for cells and units. */
    cell_capacity: z.strictObject(byEarning((name) => load.default(KINDS[name].cellCapacity))).prefault({}),
    /** Units from which a device may earn its cap; fewer earn at most that part of it. */
    units_for_cap: z.strictObject(byEarning((name) => load.default(KINDS[name].unitsForCap))).prefault({}),
    /** Readings of a day that two devices of a neighbourhood must share before they share one pay; 0: they never do. */
    equal_readings: z.number().int().min(0).max(1_440).default(0),
    /** Whether bandwidth and parking may have a share of the budget for use that they report, paid for by nobody. */
    reported_use: z.boolean().default(false),
    late_seconds: seconds.default(129_600),
    ahead_seconds: seconds.default(300),
    min_seconds: seconds.default(60),
    max_seconds: seconds.default(3_600),
    /** How far a sequence may grow beyond the minutes that have passed. */
    sequence_slack: z.number().int().min(0).max(1_000_000).default(1_440),
    clock: clockSchema.prefault({}),
    /** Markets whose energy is cleared, by address. Absent: none. */
    markets: z.array(marketAddress).min(1).max(MOST_MARKETS).optional(),
    /** Known cheats, whose pay is held. */
    denylist: denylistPolicy.prefault({}),
    /** Installers' statements that large devices are there. */
    attestation: attestationPolicy.prefault({}),
    ...rules,
  })
  .superRefine((policy, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const shares = Object.values(policy.kind_shares_ppm).reduce((sum, share) => sum + share, 0);
    if (shares > 1_000_000) refuse(['kind_shares_ppm'], 'must not add up to more than 1,000,000');
    for (const name of ['bandwidth', 'parking'] as const)
      if (policy.kind_shares_ppm[name] > 0 && !policy.reported_use)
        refuse(
          ['kind_shares_ppm', name],
          'must be 0 unless reported_use is true: anybody can report use of their own device',
        );
    if (policy.min_seconds < 60) refuse(['min_seconds'], 'must be at least 60');
    if (policy.max_seconds < policy.min_seconds) refuse(['max_seconds'], 'must not be below min_seconds');
    if (policy.late_seconds < policy.max_seconds) refuse(['late_seconds'], 'must not be below max_seconds');
    if (new Set(policy.markets).size !== (policy.markets?.length ?? 0))
      refuse(['markets'], 'must not name one twice');
    const { full_metres, reduced_metres } = policy.bandwidth;
    if (reduced_metres < full_metres) {
      refuse(['bandwidth', 'reduced_metres'], 'must not be below full_metres');
    }
  });

/** A checked policy, every field filled. */
export type Policy = Readonly<z.output<typeof policySchema>>;

/** A policy file: everything but `rules_version`, `epoch_budget` and `device_epoch_cap` may be omitted. */
export type PolicyInput = z.input<typeof policySchema>;

/**
 * Reads a policy. Unknown fields are refused, so that a misspelt threshold can't be silently ignored.
 * @throws DomainError `bad-policy` whose message begins with the path of the first bad field;
 * `unsupported-rules-version` for a policy of other rules, whatever its fields are
 */
export function parsePolicy(value: unknown, { development }: { development: boolean }): Policy {
  const asked = rulesOf(value);
  if (asked !== undefined) requireRules(asked, 'rules_version: this policy asks for');
  const result = policySchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    throw new DomainError(
      'bad-policy',
      `${[...issue.path, ...keys].join('.') || 'policy'}: ${issue.message}`,
    );
  }
  const policy = result.data;
  if (!development && policy.clock.speed !== 1) {
    throw new DomainError('bad-policy', 'clock.speed: must be 1 outside development');
  }
  if (!development && policy.clock.origin !== policy.clock.start) {
    throw new DomainError('bad-policy', 'clock.origin: must equal clock.start outside development');
  }
  return policy;
}

/** Returns the rules version that a policy of any version asks for; undefined if it names none. */
export function rulesOf(policy: unknown): number | undefined {
  const asked = (policy as { rules_version?: unknown } | null | undefined)?.rules_version;
  return typeof asked === 'number' && Number.isSafeInteger(asked) && asked > 0 ? asked : undefined;
}

/** The share of the budget that a kind has, millionths; 0 for one that earns nothing by itself. */
export const kindShare = ({ kind_shares_ppm }: Policy, name: KindName): number =>
  earns(name) ? kind_shares_ppm[name] : 0;

/** The most of a kind that counts in a cell; without bound for one that earns nothing by itself. */
export const cellRoom = ({ cell_capacity }: Policy, name: KindName): number =>
  earns(name) ? cell_capacity[name] : Number.POSITIVE_INFINITY;

/** The units from which a device may earn its cap; 1 for a kind that earns nothing by itself. */
export const unitsForCap = ({ units_for_cap }: Policy, name: KindName): number =>
  earns(name) ? units_for_cap[name] : 1;

/** The canonical JSON bytes of a policy. */
export const policyBytes = (policy: Policy): Uint8Array => canonicalBytes(policy);

/** Hex SHA-256 of the canonical bytes. */
export const policyHash = (policy: Policy): string => toHex(sha256(policyBytes(policy)));
