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
  readonly readings: readonly TraceReading[];
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
 * @param after called after each day with the number of readings judged so far
 * @returns one verdict a reading, in order
 */
export function judgeTrace(input: TraceInput, after?: (judged: number) => void): TraceVerdict[] {
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
  const dayOf = ({ start }: TraceReading): number => Math.floor((start + longitude * 240) / DAY);

  const verdicts: TraceVerdict[] = [];
  let state: DeviceState = { index: 0, debt: 0n, recent: [] };
  for (let first = 0; first < readings.length; ) {
    const evidence: Evidence[] = [];
    const day = dayOf(readings[first]!);
    let next = first;
    for (; next < readings.length && dayOf(readings[next]!) === day; next++) {
      const { start, seconds, value } = readings[next]!;
      evidence.push({
        hash: String(next),
        text: '',
        report: {
          network: NOBODY,
          index: 0,
          owner: NOBODY,
          sequence: BigInt(next),
          start,
          seconds,
          kind: kind.id,
          value,
          ...place,
          extra: NO_EXTRA,
        },
        signature: '',
        receivedAt: 0,
        copies: 1,
      });
    }
    const { judged, recent } = judgeDevice(device, kind, rules, state.recent, evidence);
    for (const { outcome, reasons } of judged) verdicts.push({ outcome, reasons });
    const kept = judged.map((item) => ({ ...item, paid: 0n }));
    const horizon = (day + 1) * DAY - longitude * 240 - policy.late_seconds;
    state = remember(0, 0n, recent, kept, horizon);
    first = next;
    after?.(first);
  }
  return verdicts;
}
