import type { KindName } from '@commonwire/sdk/device';
import type { Policy } from '../policy';
import type { ReasonCode } from '../reasons';
import type { Device, Report } from '../types';

/**
 * What a rule says against a report. A zeroed report is honest: it takes its minutes and pays nothing. A reduced one is
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

/** A report of a device in its place in time, as the rules over time see it: no other has a minute of its interval. */
export interface Placed {
  /** Device time, unix seconds. */
  readonly start: number;
  readonly seconds: number;
  readonly value: bigint;
  /** As an earlier epoch's {@link Followed} had it; 0 for a report that is judged now. */
  readonly stillSeconds: number;
  /** Given if it is judged now; the others were judged in earlier epochs and stand. */
  readonly report?: Report;
}

/** What the reports around it tell of a report. */
export interface Followed {
  readonly finding?: Finding;
  /** Seconds for which the value has stood still, up to and with this report; 0 where that means nothing. */
  readonly stillSeconds: number;
}

/**
 * The rules of one kind of device and what a unit of it is worth. Pure, and alike on every machine: of numbers only
 * + - * / and comparisons, which IEEE 754 fixes to the last bit.
 */
export interface KindRules {
  /** Rules that need the report alone: applied at ingest and again at close. */
  check(report: Report, device: Device, policy: Policy): Finding | undefined;
  /**
   * Rules over time, applied at close to all that is known of a device: the epoch's reports that still stand, among
   * those remembered from the late window, in order of `start`. One result for each that is judged now, in that order.
   */
  follow(series: readonly Placed[], device: Device, policy: Policy): readonly Followed[];
  /** The units that an accepted report brings, before quality and density; never negative. */
  score(report: Report): bigint;
  /** What the device takes of its cell, in the unit of the policy's `cell_capacity`; its capacity where not given. */
  load?(device: Device): number;
}

/** One kind of device with its rules. */
export interface Kind extends KindRules {
  /** The byte in registry and reports. */
  readonly id: number;
  /** The name in the policy. */
  readonly name: KindName;
}
