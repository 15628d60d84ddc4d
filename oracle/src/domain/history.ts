/** The rules across a device's reports: no minute counts twice, the sequence grows, and the kind's rules over time. */
import type { Finding, Kind, Placed } from './kinds';
import type { Policy } from './policy';
import type { ReasonCode } from './reasons';
import { shareOf } from './rewards';
import type { Device, Evidence, Outcome, RecentReport } from './types';

/** What the rules across reports need of one. */
export type JudgedReport = Pick<Evidence, 'hash' | 'report'>;

/** A verdict before the budget has been split. */
export interface Judged<E = JudgedReport> {
  readonly evidence: E;
  readonly outcome: Outcome;
  readonly reasons: readonly ReasonCode[];
  readonly score: bigint;
  readonly stillSeconds: number;
}

/** All verdicts on a device's reports of an epoch, in the reports' order, and their effects on earlier reports. */
export interface DeviceJudgement<E = JudgedReport> {
  readonly judged: readonly Judged<E>[];
  /** The earlier reports; those in a new conflict no longer count and are no longer paid. */
  readonly recent: readonly RecentReport[];
  /** The amount paid for minutes that turned out to be in conflict. */
  readonly owed: bigint;
}

/** A claim to a report's minutes, by a remembered report or by one of this epoch. */
interface Claim {
  readonly start: number;
  readonly end: number;
  readonly hash: string;
  /** Position among the remembered reports or among those of the epoch. */
  readonly position: number;
  readonly remembered: boolean;
  conflict: boolean;
}

const NO_REASONS: readonly ReasonCode[] = [];

/** The verdicts on a device's reports, each where its report is; a later one replaces an earlier one. */
class Verdicts<E> {
  readonly all: (Judged<E> | undefined)[];

  constructor(private readonly evidence: readonly E[]) {
    this.all = new Array(evidence.length);
  }

  decide(i: number, outcome: Outcome, reason?: ReasonCode, score = 0n, stillSeconds = 0): void {
    const reasons = reason ? [reason] : NO_REASONS;
    this.all[i] = { evidence: this.evidence[i]!, outcome, reasons, score, stillSeconds };
  }
}

/**
 * Judges a device's reports of one epoch.
 *
 * 1. A report with the same bytes as a remembered one is a duplicate.
 * 2. A report that breaks a rule of its kind by itself is rejected. It claims no minutes, so it can't spoil others.
 * 3. Reports whose intervals overlap, remembered or new, are all in conflict.
 * 4. The remaining reports, in order of start, must fit the sequence of their neighbours. One that doesn't is rejected,
 *    and the next is compared with the one before it.
 * 5. The kind's rules over time apply to the reports that are left.
 *
 * Conflicts are checked before the sequence because they need no order: of two readings of the same minute, neither can
 * be taken as the right one.
 */
export function judgeDevice<E extends JudgedReport>(
  device: Device,
  kind: Kind,
  policy: Policy,
  remembered: readonly RecentReport[],
  evidence: readonly E[],
): DeviceJudgement<E> {
  const judged = new Verdicts(evidence);
  const seen = new Set(remembered.map(({ hash }) => hash));
  const found = new Map<number, Finding>();
  const fresh: Claim[] = [];
  for (const [position, { report, hash }] of evidence.entries()) {
    if (seen.has(hash)) {
      judged.decide(position, 'duplicate', 'duplicate');
      continue;
    }
    const finding = kind.check(report, device, policy);
    if (finding?.outcome === 'rejected') {
      judged.decide(position, 'rejected', finding.reason);
      continue;
    }
    if (finding) found.set(position, finding);
    fresh.push(claim(report, hash, position, false));
  }

  const claims = inOrder(
    remembered.map((report, position) => claim(report, report.hash, position, true)),
    fresh,
  );
  markConflicts(claims);

  const recent = remembered.slice();
  let owed = 0n;
  for (const { position, remembered: old, conflict } of claims) {
    if (!conflict) continue;
    if (old) {
      const report = recent[position]!;
      owed += report.paid;
      recent[position] = { ...report, counted: false, paid: 0n, stillSeconds: 0 };
    } else {
      judged.decide(position, 'rejected', 'conflict');
    }
  }

  const placed = claims.filter(({ position, remembered: old, conflict }) =>
    old ? recent[position]!.counted || recent[position]!.stillSeconds > 0 : !conflict,
  );
  const nextCounted = followers(placed, recent);
  const series: Placed[] = [];
  const remaining: number[] = [];
  let before: Step | undefined;
  for (const [i, { position, remembered: old }] of placed.entries()) {
    if (old) {
      series.push(recent[position]!);
      if (recent[position]!.counted) before = recent[position];
      continue;
    }
    const { report } = evidence[position]!;
    const after = nextCounted[i];
    const broken =
      breaksSequence(before, report, policy) ??
      breaksSequence(report, after === undefined ? undefined : recent[after], policy);
    if (broken) {
      judged.decide(position, 'rejected', broken);
      continue;
    }
    const { start, seconds, value } = report;
    series.push({ start, seconds, value, stillSeconds: 0, report });
    remaining.push(position);
    before = report;
  }
  for (const [i, { finding, stillSeconds }] of kind.follow(series, device, policy).entries()) {
    const position = remaining[i]!;
    if (finding?.outcome === 'rejected') {
      judged.decide(position, 'rejected', finding.reason, 0n, stillSeconds);
      continue;
    }
    const own = found.get(position);
    const worst = own?.outcome === 'zeroed' ? own : (finding ?? own);
    if (worst?.outcome === 'zeroed') {
      judged.decide(position, 'zeroed', worst.reason, 0n, stillSeconds);
      continue;
    }
    const units = kind.score(evidence[position]!.report);
    const score = worst?.outcome === 'reduced' ? shareOf(units, worst.quality) : units;
    judged.decide(position, 'accepted', worst?.reason, score, stillSeconds);
  }
  return { judged: judged.all as Judged<E>[], recent, owed };
}

const claim = (
  { start, seconds }: { start: number; seconds: number },
  hash: string,
  position: number,
  remembered: boolean,
): Claim => ({ start, end: start + seconds, hash, position, remembered, conflict: false });

/** Merges two lists ordered by (start, hash). */
function inOrder(a: Claim[], b: Claim[]): Claim[] {
  const [last, first] = [a.at(-1), b[0]];
  if (!last || !first || last.start < first.start) return a.concat(b);
  return a.concat(b).sort((p, q) => p.start - q.start || (p.hash < q.hash ? -1 : 1));
}

/** Marks every claim that shares a minute with another. `claims` must be ordered by start. */
function markConflicts(claims: Claim[]): void {
  let reach = 0;
  for (const [i, item] of claims.entries()) {
    const next = claims[i + 1];
    item.conflict = item.start < reach || (next !== undefined && next.start < item.end);
    if (item.end > reach) reach = item.end;
  }
}

/** Returns, for each claim, the position in `recent` of the next counted report. */
function followers(claims: readonly Claim[], recent: readonly RecentReport[]): (number | undefined)[] {
  const result: (number | undefined)[] = new Array(claims.length);
  let next: number | undefined;
  for (let i = claims.length - 1; i >= 0; i--) {
    result[i] = next;
    const { remembered, position } = claims[i]!;
    if (remembered && recent[position]!.counted) next = position;
  }
  return result;
}

interface Step {
  readonly start: number;
  readonly sequence: bigint;
}

function breaksSequence(
  a: Step | undefined,
  b: Step | undefined,
  { sequence_slack }: Policy,
): ReasonCode | undefined {
  if (!a || !b) return undefined;
  if (b.sequence <= a.sequence) return 'sequence-not-growing';
  const most = (b.start - a.start) / 60 + sequence_slack;
  return b.sequence - a.sequence > BigInt(most) ? 'sequence-jump' : undefined;
}
