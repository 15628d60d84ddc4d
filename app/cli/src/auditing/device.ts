import {
  budgetOf,
  kindOf,
  kindShare,
  mostFor,
  type PreviousState,
  type ReasonCode,
  type Repeated,
  type Reward,
  shareOf,
  type Verdict,
} from '@commonwire/oracle/domain';
import { ledgerLeaf } from '@commonwire/sdk/network';
import { CliError } from '../errors';

/** One of a device's reports, with its verdict and reward. */
export interface ExplainedReport {
  /** Device time, unix seconds. */
  readonly start: number;
  readonly seconds: number;
  /** In the kind's unit. */
  readonly value: bigint;
  readonly hash: string;
  readonly verdict: Verdict['outcome'];
  readonly reasons: readonly ReasonCode[];
  /** Its score before any reduction. */
  readonly units: bigint;
  /** The units that count. */
  readonly score: bigint;
  /** Its share of the device's reward, before debt. */
  readonly paid: bigint;
}

/** Why a device earned what it earned. Amounts are base units. */
export interface Explanation
  extends Pick<Reward, 'index' | 'owner' | 'score' | 'reward' | 'repaid' | 'debt' | 'earned' | 'held'> {
  /** The kind's name, or its byte if there are no rules for it. */
  readonly kind: string;
  readonly capacity: number;
  readonly retired: boolean;
  readonly reports: readonly ExplainedReport[];
  /** The amount split among all devices of the kind, and the sum of their scores. */
  readonly kindBudget: bigint;
  readonly kindScore: bigint;
  /** The device's share of that budget by score, before the cap. */
  readonly share: bigint;
  /** The most that one device may get for its score. */
  readonly cap: bigint;
  /** Earned before the epoch. */
  readonly before: bigint;
  /** Owed before the epoch. */
  readonly owed: bigint;
  /** Held before the epoch, because the device was on the denylist. */
  readonly heldBefore: bigint;
  /** Hash of the device's ledger leaf. */
  readonly leaf: Uint8Array;
}

/**
 * Explains a device's reward in a recomputed epoch.
 * @throws CliError `not-in-ledger` if the epoch doesn't cover the device
 */
export function explainDevice(
  { result, rules }: Repeated,
  previous: PreviousState,
  index: number,
): Explanation {
  const { manifest, rewards, verdicts } = result;
  const device = rules.registry.device(index);
  const reward = rewards[index];
  if (!device || !reward)
    throw new CliError(
      'not-in-ledger',
      `epoch ${manifest.epoch} covers ${rewards.length} devices, and device ${index} is not one of them: try a later epoch`,
    );
  const kind = kindOf(device.kind);
  const kindBudget = kind
    ? shareOf(BigInt(manifest.totals.budget), kindShare(manifest.policy, kind.name))
    : 0n;
  const kindScore = rewards.reduce(
    (sum, { index: other, score }) =>
      score > 0n && rules.registry.device(other)?.kind === device.kind ? sum + score : sum,
    0n,
  );
  return {
    ...reward,
    kind: kind?.name ?? `kind ${device.kind}`,
    capacity: device.capacity,
    retired: rules.registry.isRetired(index),
    reports: verdicts
      .filter(({ evidence }) => evidence.report.index === index)
      .map(({ evidence: { report, hash }, outcome, reasons, score, paid }) => {
        const { start, seconds, value } = report;
        const units = kind?.score(report) ?? 0n;
        return { start, seconds, value, hash, verdict: outcome, reasons, units, score, paid };
      }),
    kindBudget,
    kindScore,
    share: kindScore > 0n ? (kindBudget * reward.score) / kindScore : 0n,
    cap: mostFor(reward.score, device.kind, manifest.policy, budgetOf(manifest.policy, manifest.limits)),
    before: previous.earned[index] ?? 0n,
    owed: reward.debt + reward.repaid,
    heldBefore: previous.devices.get(index)?.hold?.held ?? 0n,
    leaf: ledgerLeaf(reward),
  };
}
