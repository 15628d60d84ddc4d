/** What all shards of a close share, as plain data that can be sent to other threads or machines. */
import { attestedAt } from '../attestation';
import { type DenylistEntry, listedAt } from '../denylist';
import { deviceTime } from '../device-time';
import { DomainError } from '../errors';
import { type Collecting, collectingOf, type MarketAccounts } from '../market';
import type { Policy } from '../policy';
import { quotaBetween, secondsBetween } from '../quota';
import { type Registry, type RegistrySnapshot, viewOf } from '../registry';
import { requireRules } from '../rules-version';
import type { PreviousState } from '../state';
import type {
  Counts,
  Cut,
  DeviceState,
  Limits,
  LogHead,
  NetworkIdentity,
  RecentReport,
  RegistryView,
  VerifySignature,
} from '../types';
import type { EvidenceRules } from './examine';
import { SHARD_BITS, sharedBytes } from './shards';
import { DeviceStates, type StateShard } from './states';
import { type Survey, survey } from './survey';

/** What an epoch's outcome depends on, besides its reports. */
export interface EpochInput {
  readonly identity: NetworkIdentity;
  readonly epoch: number;
  readonly cut: Cut;
  readonly limits: Limits;
  /** Must hold the changes up to `cut`; it may hold more. */
  readonly registry: Registry;
  readonly policy: Policy;
  /** In the manifest's order. */
  readonly heads: readonly LogHead[];
  readonly previous: PreviousState;
  /** Supplied when only the dataset is available, since it doesn't contain the logs in which these were counted. */
  readonly unverified?: { readonly total: Counts; readonly shards: readonly Counts[] };
  /** The accounts of the markets that the policy names, in its order. */
  readonly markets?: readonly MarketAccounts[];
  /** Levels of the ledger that a shard covers; by default those that every oracle uses. */
  readonly shardBits?: number;
}

/** Everything that judging and writing a shard depend on, besides its reports and the outcome of the other shards. */
export interface Plan {
  /** 32 bytes. */
  readonly network: Uint8Array;
  readonly epoch: number;
  readonly policy: Policy;
  readonly limits: Limits;
  /** Chain time of the cut, unix seconds. */
  readonly cutTime: number;
  /** Device time, unix seconds, before which nothing is accepted in this epoch, and in later ones. */
  readonly horizon: number;
  readonly nextHorizon: number;
  /** The most reports of a device that count. */
  readonly quota: number;
  /** Device time that the epoch lasts; 0 for the first one, whose beginning nobody knows. */
  readonly seconds: number;
  readonly bits: number;
  readonly deviceCount: number;
  readonly registry: RegistrySnapshot;
  readonly survey: Survey;
  /** Earned before, by device. */
  readonly earned: BigUint64Array;
  readonly states: { readonly bits: number; readonly shards: readonly StateShard[] };
  /** What retired devices left to others with the same key, by index of those. */
  readonly relatives: ReadonlyMap<number, Relative>;
  /** Devices with a statement of an installer that counts. */
  readonly attested: ReadonlySet<number>;
  /** Given if the network has a market. */
  readonly collecting?: Collecting;
}

/** What a retired device leaves to the next index of its key. */
export interface Relative {
  /** What is remembered of it. */
  readonly recent: readonly RecentReport[];
  /** Its state, unless it is empty. */
  readonly left: DeviceState | undefined;
}

/** A plan with the objects that judging and writing read it through: made once a thread. */
export interface Context {
  readonly plan: Plan;
  readonly view: RegistryView;
  readonly states: DeviceStates;
  readonly rules: EvidenceRules;
  /** The entries of the denylist that haven't expired, by device. */
  readonly listed: ReadonlyMap<number, DenylistEntry>;
}

export function contextOf(plan: Plan, verify?: VerifySignature): Context {
  const { network, policy, horizon, registry, states, cutTime } = plan;
  const view = viewOf(registry);
  return {
    plan,
    view,
    states: new DeviceStates(states.bits, states.shards),
    rules: { registry: view, network, policy, horizon, verify },
    listed: listedAt(policy.denylist, cutTime),
  };
}

/** Finds what devices with a contested key and no state of their own would inherit. */
export function relativesOf(
  { rivals }: Pick<Survey, 'rivals'>,
  view: RegistryView,
  states: DeviceStates,
): Map<number, Relative> {
  const relatives = new Map<number, Relative>();
  for (const indices of rivals) {
    const retired = indices.flatMap((index) => (view.isRetired(index) ? (states.get(index) ?? []) : []));
    const recent = retired.findLast((state) => state.recent.length > 0)?.recent ?? [];
    const left = retired.findLast((state) => state.debt > 0n || state.recent.length > 0);
    if (!left) continue;
    for (const index of indices) if (!states.has(index)) relatives.set(index, { recent, left });
  }
  return relatives;
}

/** The amounts of devices, in memory that threads share. */
function sharedAmounts(amounts: BigUint64Array): BigUint64Array {
  if (amounts.buffer instanceof SharedArrayBuffer) return amounts;
  const copy = new BigUint64Array(sharedBytes(8 * amounts.length).buffer);
  copy.set(amounts);
  return copy;
}

/** @throws DomainError `bad-cut`, `bad-epoch`, `bad-market`, `unsupported-rules-version` */
export function planOf(input: EpochInput): Plan {
  const { identity, epoch, cut, limits, policy, heads, previous, registry, shardBits = SHARD_BITS } = input;
  requireRules(policy.rules_version, `epoch ${epoch} is to be closed by`);
  if (epoch !== previous.epoch + 1)
    throw new DomainError('bad-epoch', `epoch ${epoch} does not follow ${previous.epoch}`);
  const known = registry.has(cut.registry_hash);
  const snapshot = known ? registry.snapshot(cut.registry_hash, epoch) : undefined;
  if (snapshot?.devices.length !== cut.device_count)
    throw new DomainError('bad-cut', 'the registry does not match the cut');
  if (previous.earned.length > cut.device_count)
    throw new DomainError('bad-cut', 'the registry has fewer devices than the previous epoch');
  const { horizon, devices } = previous;
  const nextHorizon = horizonAfter(previous, policy, heads);
  const surveyed = survey(snapshot.devices, policy);
  const view = viewOf(snapshot);
  const collecting = collectingOf(input, view);
  return {
    network: identity.network,
    epoch,
    policy,
    limits,
    cutTime: cut.time,
    horizon,
    nextHorizon,
    quota: quotaBetween(policy, horizon, nextHorizon),
    seconds: secondsBetween(horizon, nextHorizon),
    bits: shardBits,
    deviceCount: cut.device_count,
    registry: snapshot,
    survey: surveyed,
    earned: sharedAmounts(previous.earned),
    states: { bits: devices.bits, shards: devices.shards },
    relatives: relativesOf(surveyed, view, devices),
    attested: attestedAt(policy.attestation, { network: identity.network, cutTime: cut.time }, (index) =>
      view.device(index),
    ),
    ...(collecting && { collecting }),
  };
}

/**
 * Returns the horizon after the epoch: the median time at which its logs were sealed minus the late window, and never
 * earlier than before. Reports in later logs must start after it. A minority with slow or lying clocks can't move it.
 */
export function horizonAfter(
  previous: Pick<PreviousState, 'horizon'>,
  policy: Policy,
  heads: readonly LogHead[],
): number {
  const latest = new Map<string, number>();
  for (const { oracle, sealed_at } of heads) latest.set(oracle, sealed_at);
  const times = [...latest.values()].sort((a, b) => a - b);
  const median = times[(times.length - 1) >> 1];
  if (median === undefined) return previous.horizon;
  return Math.max(previous.horizon, Math.floor(deviceTime(policy, median) / 1000) - policy.late_seconds);
}
