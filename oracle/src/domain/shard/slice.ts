/**
 * What judging and writing one shard need of a plan, so that a worker elsewhere loads that and not the whole network.
 */

import { readRewardLine, readStateLine } from '../lines';
import { linesOf, type PartSource } from '../parts';
import type { RegistrySnapshot } from '../registry';
import type { DeviceState, PartReference } from '../types';
import { Devices } from './devices';
import type { Plan } from './plan';
import type { DeviceRange } from './runs';
import { shardRange, sharedBytes } from './shards';
import { DeviceStates } from './states';

type Changes = RegistrySnapshot['changes'];

/** What all shards share: no more than a few lines, and those of devices that share a key or that a denylist names. */
export interface CommonPlan
  extends Pick<
    Plan,
    | 'network'
    | 'epoch'
    | 'policy'
    | 'limits'
    | 'horizon'
    | 'nextHorizon'
    | 'cutTime'
    | 'seconds'
    | 'quota'
    | 'bits'
    | 'deviceCount'
    | 'relatives'
    | 'attested'
  > {
  readonly mark: RegistrySnapshot['mark'];
  readonly rivals: Plan['survey']['rivals'];
  /** Of the devices that have a rival or pay that is held: their changes of owner, and what was known of them before. */
  readonly changes: Changes;
  readonly states: readonly DeviceState[];
}

/** A shard's part of what is by device. */
export interface Slice {
  readonly flags: Uint8Array;
  readonly changes: Changes;
}

/** Some devices with their bytes, as {@link Devices} has them. */
export interface DeviceBytes {
  readonly first: number;
  readonly bytes: Uint8Array;
}

export function commonPlan(plan: Plan): CommonPlan {
  const { network, epoch, policy, limits, horizon, nextHorizon, cutTime, seconds, quota } = plan;
  const { bits, deviceCount, relatives, attested } = plan;
  const { rivals } = plan.survey;
  const states = new DeviceStates(plan.states.bits, plan.states.shards);
  const all = new Set([...rivals.flat(), ...Array.from(states.holds(), ([index]) => index)]);
  return {
    network,
    epoch,
    policy,
    limits,
    horizon,
    nextHorizon,
    cutTime,
    seconds,
    quota,
    bits,
    deviceCount,
    relatives,
    attested,
    mark: plan.registry.mark,
    rivals,
    changes: plan.registry.changes.filter(({ entry }) => all.has(entry.change.index)),
    states: [...all].sort((a, b) => a - b).flatMap((index) => states.get(index) ?? []),
  };
}

/** Each shard's part of a plan, in order. */
export function slicesOf(plan: Plan, count: number): { slice: Slice; devices: DeviceBytes }[] {
  const devices = new Devices(plan.registry.devices);
  const changes = Array.from({ length: count }, (): Changes[number][] => []);
  for (const change of plan.registry.changes)
    changes[Math.floor(change.entry.change.index / 2 ** plan.bits)]?.push(change);
  return changes.map((own, shard) => {
    const { first, end } = shardRange(shard, plan.deviceCount, plan.bits);
    return {
      slice: { flags: plan.survey.flags.subarray(first, end), changes: own },
      devices: { first, bytes: devices.bytesOf(first, end) },
    };
  });
}

/** What was known before of the devices of a shard. */
export interface Before {
  readonly earned: BigUint64Array;
  readonly states: readonly DeviceState[];
}

/**
 * Reads what the dataset before says of some devices.
 * @param rewards and `state`: its parts that have them; they may have others, too
 * @throws DomainError `bad-part`, `bad-line`
 */
export function readBefore(
  { first, end }: DeviceRange,
  { rewards, state }: Readonly<Record<'rewards' | 'state', readonly PartReference[]>>,
  part: PartSource,
): Before {
  const earned = new BigUint64Array(end - first);
  for (const line of linesOf(rewards, part)) {
    const reward = readRewardLine(line);
    if (reward.index >= first && reward.index < end) earned[reward.index - first] = reward.earned;
  }
  const states: DeviceState[] = [];
  for (const line of linesOf(state, part)) {
    const known = readStateLine(line);
    if (known.index >= first && known.index < end) states.push(known);
  }
  return { earned, states };
}

/** A plan that is good for judging and writing one shard, and for nothing else. */
export function planOfSlice(
  common: CommonPlan,
  shard: number,
  { slice, devices, before }: { slice: Slice; devices: DeviceBytes; before: Before },
): Plan {
  const { first, end } = shardRange(shard, common.deviceCount, common.bits);
  const flags = sharedBytes(common.deviceCount);
  flags.set(slice.flags, first);
  const earned = new BigUint64Array(sharedBytes(8 * common.deviceCount).buffer);
  earned.set(before.earned, first);
  const isElsewhere = (index: number): boolean => index < first || index >= end;
  const elsewhere = common.states.filter(({ index }) => isElsewhere(index));
  return {
    ...planOfParts(common, {
      devices: [devices],
      changes: [...common.changes.filter(({ entry }) => isElsewhere(entry.change.index)), ...slice.changes],
      states: [...elsewhere, ...before.states],
    }),
    survey: { flags, rivals: common.rivals },
    earned,
  };
}

/** A plan that is good for reducing. @param devices at least those whose outcome depends on other shards */
export const planOfReduction = (common: CommonPlan, devices: readonly DeviceBytes[]): Plan =>
  planOfParts(common, { devices, changes: common.changes, states: common.states });

function planOfParts(
  { mark, rivals, changes: _, ...common }: CommonPlan,
  given: { devices: readonly DeviceBytes[]; changes: Changes; states: readonly DeviceState[] },
): Plan {
  const devices = new Devices();
  for (const { first, bytes } of given.devices) devices.putBytes(first, bytes);
  const inOrder = [...given.states].sort((a, b) => a.index - b.index);
  const { bits, shards } = DeviceStates.from(inOrder, common.bits);
  return {
    ...common,
    registry: {
      mark,
      epoch: common.epoch,
      devices: devices.shared(),
      changes: [...given.changes].sort((a, b) => a.position - b.position),
    },
    survey: { flags: sharedBytes(0), rivals },
    earned: new BigUint64Array(0),
    states: { bits, shards },
  };
}
