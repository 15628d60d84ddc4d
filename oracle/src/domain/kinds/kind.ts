import type { Policy } from '../policy';
import type { ReasonCode } from '../reasons';
import type { Device, RecentReport, Report } from '../types';

/** What a rule says against a report. A zeroed report is honest: it takes its minutes and pays nothing. */
export interface Finding {
  readonly outcome: 'zeroed' | 'rejected';
  readonly reason: ReasonCode;
}

/** What following the reports before it tells of a report. */
export interface Followed {
  readonly finding?: Finding;
  /** Seconds for which the value has stood still, up to and with this report; 0 where that means nothing. */
  readonly run: number;
}

/** One kind of device: its rules and what a unit of it is worth. Pure, and alike on every machine. */
export interface Kind {
  /** The byte in registry and reports. */
  readonly id: number;
  /** The name in the policy's `kind_shares_ppm`. */
  readonly name: keyof Policy['kind_shares_ppm'];
  /** Rules that need the report alone: applied at ingest and again at close. */
  check(report: Report, device: Device, policy: Policy): Finding | undefined;
  /** Rules that look at the counted report before it, if there is one: applied at close, in order of `start`. */
  follow(report: Report, device: Device, policy: Policy, before: RecentReport | undefined): Followed;
  /** What an accepted report weighs in the split of the kind's budget; never negative. */
  score(report: Report): bigint;
}
