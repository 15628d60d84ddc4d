import type { KindName } from '@commonwire/sdk/device';
import type { Policy } from '../policy';
import type { ReasonCode } from '../reasons';
import type { Device, Report } from '../types';

/**
 * A rule's finding about a report. A zeroed report is honest: it occupies its minutes and earns nothing. A reduced one is
 * accepted and counts by a share of its units.
 */
export type Finding =
  | { readonly outcome: 'zeroed' | 'rejected'; readonly reason: ReasonCode }
  | {
      readonly outcome: 'reduced';
      readonly reason: ReasonCode;
      /** The share, millionths. */
      readonly quality: number;
    };

/** A report as the rules over time see it: no other report claims a minute of its interval. */
export interface Placed {
  /** Device time, unix seconds. */
  readonly start: number;
  readonly seconds: number;
  readonly value: bigint;
  /** The value from an earlier epoch's {@link Followed}; 0 for a report judged now. */
  readonly stillSeconds: number;
  /** Given if it is judged now; the others were accepted in earlier epochs. */
  readonly report?: Report;
}

/** The result of the rules over time for a report. */
export interface Followed {
  readonly finding?: Finding;
  /** Seconds for which the value has not changed, including this report; 0 if that has no meaning. */
  readonly stillSeconds: number;
}

/**
 * The rules of one kind of device and the value of its units. Pure and identical on every machine: only + - * / and
 * comparisons of numbers, which IEEE 754 defines to the last bit.
 */
export interface KindRules {
  /** Whether its reports may have extra bytes; `check` checks those. */
  readonly hasExtra: boolean;
  /** Rules that need the report alone: applied at ingest and again at close. */
  check(report: Report, device: Device, policy: Policy): Finding | undefined;
  /**
   * Rules over time, applied at close to everything known about a device: the epoch's remaining reports among those
   * remembered from the late window, in order of `start`. Returns one result for each report judged now, in that order.
   */
  follow(series: readonly Placed[], device: Device, policy: Policy): readonly Followed[];
  /** The units of an accepted report, before quality and density; never negative. */
  score(report: Report): bigint;
  /** The most that a device may fill of its cell, in the unit of the policy's `cell_capacity`; by default its capacity. */
  load?(device: Device): number;
  /** The units in so many seconds that fill as much of a cell as one unit of the policy's `cell_capacity`. */
  readonly filling: { readonly units: bigint; readonly seconds: number };
  /** H3 resolution of the cells with a limited capacity: 10 is about 150 m across, 7 about 2.5 km. */
  readonly cellResolution: number;
}

/** One kind of device with its rules. */
export interface Kind extends KindRules {
  /** The byte in registry and reports. */
  readonly id: number;
  /** The name in the policy. */
  readonly name: KindName;
}
