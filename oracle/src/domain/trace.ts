/** Judges a series of readings with the same functions that an oracle uses for a device's reports. */
import { type Mount, mountedCell } from '@commonwire/sdk/device';
import { latLngToCell } from 'h3-js';
import { type Judged, judgeDevice } from './history';
import type { Kind } from './kinds';
import { clearMonth, climateMost, energyOf, monthAt, spanOf, withEnergy, within } from './kinds/energy/month';
import { cellCentre } from './place';
import type { Policy } from './policy';
import type { ReasonCode } from './reasons';
import { remember } from './state';
import type { Device, DeviceState, Evidence, Outcome } from './types';

/** One reading of a trace, corresponding to one report. */
export interface TraceReading {
  /** Unix seconds. */
  readonly start: number;
  readonly seconds: number;
  /** In steps of the trace's `scale`. */
  readonly value: bigint;
  /** The report's extra bytes; none if absent. */
  readonly extra?: Uint8Array;
}

/** A trace and everything needed to judge it. */
export interface TraceInput {
  readonly kind: Kind;
  /** In the kind's unit. */
  readonly capacity: number;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly policy: Policy;
  /** How panels are mounted; unknown if absent. */
  readonly mount?: Mount | undefined;
  /**
   * Steps of `value` per unit of the kind. Reports count whole units, but a trace may be finer. It is judged like a
   * device with `scale` times the capacity, so that nothing is lost to rounding.
   */
  readonly scale: number;
  /** In order of `start`, without duplicate starts. */
  readonly readings: Iterable<TraceReading>;
}

/** The verdict that an oracle would give on a reading. */
export interface TraceVerdict {
  readonly outcome: Outcome;
  readonly reasons: readonly ReasonCode[];
}

const DAY = 86_400;

const ZERO_KEY = new Uint8Array(32);
const NO_EXTRA = new Uint8Array(0);

/**
 * Judges a trace in epochs of one solar day, each starting from the state after the previous one. The checks of
 * signatures, arrival times and sequence jumps don't apply, since a file has no signatures and is old, and its row
 * numbers serve as the sequence. A file has no neighbours either: its months are bounded by the climate alone.
 * @returns one verdict per reading, in order
 */
export function* judgeTrace(input: TraceInput): Generator<TraceVerdict> {
  const { kind, policy, scale, readings, latitude, longitude, mount = 'unknown' } = input;
  const device: Device = {
    index: 0,
    keyType: 0,
    deviceKey: ZERO_KEY,
    owner: ZERO_KEY,
    kind: kind.id,
    h3Cell: mountedCell(BigInt(`0x${latLngToCell(latitude, longitude, 10)}`), mount),
    capacity: Math.round(input.capacity * scale),
  };
  const place = { latitude: Math.round(latitude * 1e7), longitude: Math.round(longitude * 1e7) };
  const rules = { ...policy, sequence_slack: Number.MAX_SAFE_INTEGER };
  const [network, owner, index, lat, lon] = [ZERO_KEY, ZERO_KEY, 0, place.latitude, place.longitude];

  let state: DeviceState = { index: 0, activated: 1, debt: 0n, recent: [] };
  let evidence: Evidence[] = [];
  let day = Number.NEGATIVE_INFINITY;
  const close = (): readonly TraceVerdict[] => {
    const { judged: found, recent } = judgeDevice(device, kind, rules, state.recent, evidence);
    const judged = kind.name === 'energy' ? boundMonth(found) : found;
    const kept = judged.map(({ evidence, outcome, reasons, score, stillSeconds }) => {
      return { evidence, outcome, reasons, score, stillSeconds, paid: 0n };
    });
    const horizon = (day + 1) * DAY - longitude * 240 - policy.late_seconds;
    state = remember({ ...state, month: monthOf(judged) }, recent, kept, horizon);
    evidence = [];
    return judged;
  };
  let position = 0;
  const monthOf = (judged: readonly Judged<Evidence>[]): DeviceState['month'] =>
    judged.reduce((month, { evidence: { report }, score }) => {
      return withEnergy(monthAt(month, spanOf(report.start)), report.start, Number(score));
    }, state.month);
  const boundMonth = (judged: readonly Judged<Evidence>[]): readonly Judged<Evidence>[] => {
    const last = judged.at(-1)?.evidence.report.start;
    const centre = cellCentre(device.h3Cell);
    if (last === undefined || !centre || policy.energy.month_climate_ppm === 0) return judged;
    const month = monthAt(state.month, spanOf(last));
    const clear = clearMonth(device.capacity, centre.latitude, mount, month.last);
    const most = climateMost(clear, centre.latitude, policy.energy) - energyOf(month);
    const counted = within(
      judged.map(({ score }) => score),
      BigInt(Math.max(0, most)),
    );
    return judged.map((one, i) => {
      const score = counted[i]!;
      if (score === one.score) return one;
      const outcome = score === 0n ? 'zeroed' : one.outcome;
      return { ...one, outcome, score, reasons: [...one.reasons, 'above-month'] };
    });
  };
  for (const { start, seconds, value, extra = NO_EXTRA } of readings) {
    const next = Math.floor((start + longitude * 240) / DAY);
    if (next !== day) yield* close();
    day = next;
    const sequence = BigInt(position);
    const report = {
      network,
      index,
      owner,
      sequence,
      start,
      seconds,
      kind: kind.id,
      value,
      latitude: lat,
      longitude: lon,
      extra,
    };
    evidence.push({
      hash: String(position++),
      text: '',
      report,
      signature: '',
      epoch: 0,
      receivedAt: 0,
      copies: 1,
    });
  }
  yield* close();
}
