/** A series of readings, judged as an oracle would judge a device that had reported it: by the same functions. */
import { latLngToCell } from 'h3-js';
import { judgeDevice } from './history';
import type { Kind } from './kinds';
import type { Policy } from './policy';
import type { ReasonCode } from './reasons';
import { remember } from './state';
import type { Device, DeviceState, Evidence, Outcome } from './types';

/** One reading of a trace; a report that its device would have sent. */
export interface TraceReading {
  /** Unix seconds. */
  readonly start: number;
  readonly seconds: number;
  /** In steps of the trace's `scale`. */
  readonly value: bigint;
}

/** What a trace is judged by. */
export interface TraceInput {
  readonly kind: Kind;
  /** In the kind's unit. */
  readonly capacity: number;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly policy: Policy;
  /**
   * Steps of `value` to one of the kind's unit. A report counts whole units and a trace may be finer: it is judged as a
   * device of `scale` times the capacity would be, so that nothing is lost to rounding.
   */
  readonly scale: number;
  /** In order of `start`, no two with the same start. */
  readonly readings: Iterable<TraceReading>;
}

/** What an oracle would decide about a reading. */
export interface TraceVerdict {
  readonly outcome: Outcome;
  readonly reasons: readonly ReasonCode[];
}

const DAY = 86_400;

const NOBODY = new Uint8Array(32);
const NO_EXTRA = new Uint8Array(0);

/**
 * Judges a trace in epochs of a solar day, each from what the one before remembers. The rules of transport don't apply:
 * a file has no signatures, its times have passed, and it has one row after the other in place of a sequence.
 * @returns one verdict a reading, in order
 */
export function* judgeTrace(input: TraceInput): Generator<TraceVerdict> {
  const { kind, policy, scale, readings, latitude, longitude } = input;
  const device: Device = {
    index: 0,
    keyType: 0,
    deviceKey: NOBODY,
    owner: NOBODY,
    kind: kind.id,
    h3Cell: BigInt(`0x${latLngToCell(latitude, longitude, 10)}`),
    capacity: Math.round(input.capacity * scale),
  };
  const place = { latitude: Math.round(latitude * 1e7), longitude: Math.round(longitude * 1e7) };
  const rules = { ...policy, sequence_slack: Number.MAX_SAFE_INTEGER };
  const [network, owner, extra, index, lat, lon] = [
    NOBODY,
    NOBODY,
    NO_EXTRA,
    0,
    place.latitude,
    place.longitude,
  ];

  let state: DeviceState = { index: 0, activated: 1, debt: 0n, recent: [] };
  let evidence: Evidence[] = [];
  let day = Number.NEGATIVE_INFINITY;
  const close = (): readonly TraceVerdict[] => {
    const { judged, recent } = judgeDevice(device, kind, rules, state.recent, evidence);
    const kept = judged.map(({ evidence, outcome, reasons, score, stillSeconds }) => {
      return { evidence, outcome, reasons, score, stillSeconds, paid: 0n };
    });
    const horizon = (day + 1) * DAY - longitude * 240 - policy.late_seconds;
    state = remember(state, recent, kept, horizon);
    evidence = [];
    return judged;
  };
  let position = 0;
  for (const { start, seconds, value } of readings) {
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
