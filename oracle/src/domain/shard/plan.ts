/** What all shards of a close share, as plain data that can be sent to other threads or machines. */
import type { Policy } from '../policy';
import { type RegistrySnapshot, viewOf } from '../registry';
import type { DeviceState, Limits, RecentReport, RegistryView, VerifySignature } from '../types';
import type { EvidenceRules } from './examine';
import { sharedBytes } from './shards';
import { DeviceStates, type StateShard } from './states';
import type { Survey } from './survey';

/** Everything that judging and writing a shard depend on, besides its reports and the outcome of the other shards. */
export interface Plan {
  /** 32 bytes. */
  readonly network: Uint8Array;
  readonly epoch: number;
  readonly policy: Policy;
  readonly limits: Limits;
  /** Device time, unix seconds, before which nothing is accepted in this epoch, and in later ones. */
  readonly horizon: number;
  readonly nextHorizon: number;
  /** The most reports of a device that count. */
  readonly quota: number;
  readonly bits: number;
  readonly deviceCount: number;
  readonly registry: RegistrySnapshot;
  readonly survey: Survey;
  /** Earned before, by device. */
  readonly earned: BigUint64Array;
  readonly states: { readonly bits: number; readonly shards: readonly StateShard[] };
  /** What retired devices left to others with the same key, by index of those. */
  readonly relatives: ReadonlyMap<number, Relative>;
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
}

export function contextOf(plan: Plan, verify?: VerifySignature): Context {
  const { network, policy, horizon, registry, states } = plan;
  const view = viewOf(registry);
  return {
    plan,
    view,
    states: new DeviceStates(states.bits, states.shards),
    rules: { registry: view, network, policy, horizon, verify },
  };
}

/** Finds what devices with a contested key and no state of their own would inherit. */
export function relativesOf(
  { rivals }: Survey,
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
export function sharedAmounts(amounts: BigUint64Array): BigUint64Array {
  if (amounts.buffer instanceof SharedArrayBuffer) return amounts;
  const copy = new BigUint64Array(sharedBytes(8 * amounts.length).buffer);
  copy.set(amounts);
  return copy;
}
