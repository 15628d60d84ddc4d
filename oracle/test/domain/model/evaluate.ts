/** Turns evidence into verdicts, rewards and state: the rules of a close, independent of bytes and files. */

import { densityWeights, verifiedLoad } from '../../../src/domain/density';
import { DomainError } from '../../../src/domain/errors';
import { type DeviceJudgement, type Judged, judgeDevice } from '../../../src/domain/history';
import { kindOf } from '../../../src/domain/kinds';
import type { Policy } from '../../../src/domain/policy';
import type { ReasonCode } from '../../../src/domain/reasons';
import { budgetOf, type Scored, shareOf, splitReward } from '../../../src/domain/rewards';
import { remember } from '../../../src/domain/state';
import type {
  Device,
  DeviceState,
  Evidence,
  Limits,
  RegistryView,
  Reward,
  Verdict,
} from '../../../src/domain/types';
import { activeIndices } from './active-keys';
import type { ModelState } from './index';
import { splitBudget } from './split-budget';

/** Everything that an epoch's evaluation depends on. */
export interface EvaluateInput {
  readonly policy: Policy;
  readonly limits: Limits;
  readonly registry: RegistryView;
  readonly previous: ModelState;
  /** In order of (device, start, hash), each report once. */
  readonly evidence: readonly Evidence[];
  /** Device time, unix seconds, before which nothing is accepted in later epochs. */
  readonly horizon: number;
}

/** The outcome of an epoch. */
export interface Evaluation {
  /** In the order of the evidence. */
  readonly verdicts: readonly Verdict[];
  /** One for every device, by index. */
  readonly rewards: readonly Reward[];
  readonly devices: ReadonlyMap<number, DeviceState>;
  readonly earned: BigUint64Array;
  readonly earnedTotal: bigint;
  /** The amount that was available to split. */
  readonly budget: bigint;
  /** Sum of rewards before debt. */
  readonly allocated: bigint;
  readonly repaid: bigint;
}

interface Reporting {
  readonly device: Device;
  readonly active: boolean;
  readonly activated: number;
  readonly judgement: DeviceJudgement<Evidence>;
  readonly scored: Scored;
}

const WHOLE = 1_000_000;

/** Judges an epoch and splits its budget. @throws DomainError `earned-overflow` if the earned total exceeds 64 bits */
export function evaluate(input: EvaluateInput): Evaluation {
  const { policy, limits, registry, previous, horizon } = input;
  const reporting = thinOut(judgeAll(input), policy, previous.horizon === 0 ? 0 : horizon - previous.horizon);
  const budget = budgetOf(policy, limits);
  const shares = splitBudget(
    policy,
    budget,
    Array.from(reporting.values(), ({ scored }) => scored),
  );

  const verdicts: Verdict[] = [];
  const rewards: Reward[] = [];
  const devices = new Map<number, DeviceState>();
  const earned = new BigUint64Array(registry.deviceCount);
  let [earnedTotal, allocated, repaid] = [0n, 0n, 0n];
  // Both `reporting` and this loop are ordered by index, and so are the shares.
  let position = 0;
  for (let index = 0; index < registry.deviceCount; index++) {
    const known = previous.devices.get(index);
    const reports = reporting.get(index);
    const reward = payDevice({
      index,
      owner: registry.device(index)!.owner,
      score: reports?.scored.score ?? 0n,
      reward: reports ? shares[position++]! : 0n,
      owed: (known?.debt ?? 0n) + (reports?.judgement.owed ?? 0n),
      before: previous.earned[index] ?? 0n,
    });
    rewards.push(reward);
    earned[index] = reward.earned;
    earnedTotal += reward.earned;
    allocated += reward.reward;
    repaid += reward.repaid;
    const paid = reports ? payReports(reports.judgement.judged, reward.reward) : [];
    for (const verdict of paid) verdicts.push(verdict);
    if (reports?.active || known) {
      const recent = reports?.judgement.recent ?? known?.recent ?? [];
      const { activated } = reports ?? known!;
      devices.set(index, remember({ index, activated, debt: reward.debt }, recent, paid, horizon));
    }
  }
  if (earnedTotal >= 1n << 64n) throw new DomainError('earned-overflow', `earned adds up to ${earnedTotal}`);
  return { verdicts, rewards, devices, earned, earnedTotal, budget: budget.epoch, allocated, repaid };
}

/** Judges every device that reported, by index. */
function judgeAll({ policy, registry, previous, evidence }: EvaluateInput): Map<number, Reporting> {
  const isActive = activeIndices(registry, previous.devices, evidence);
  const reporting = new Map<number, Reporting>();
  for (const reports of byDevice(evidence)) {
    const device = registry.device(reports[0]!.report.index)!;
    const active = isActive(device);
    const known = previous.devices.get(device.index);
    const judgement = active
      ? judgeDevice(device, kindOf(device.kind)!, policy, known?.recent ?? [], reports)
      : { judged: reports.map(notActive), recent: [], owed: 0n };
    const activated = known?.activated ?? previous.epoch + 1;
    reporting.set(device.index, { device, active, activated, judgement, scored: scoreOf(device, judgement) });
  }
  return reporting;
}

const scoreOf = ({ kind }: Device, { judged }: DeviceJudgement<Evidence>): Scored => ({
  kind,
  score: judged.reduce((sum, { score }) => sum + score, 0n),
});

/** Reduces the scores of devices in full cells. A device with no score doesn't use a cell's capacity. */
function thinOut(
  reporting: Map<number, Reporting>,
  policy: Policy,
  epochSeconds: number,
): Map<number, Reporting> {
  const occupants = [...reporting.values()]
    .filter(({ scored }) => scored.score > 0n)
    .map((one) => {
      const standing = one.judgement.judged.filter(({ outcome }) => /accepted|zeroed/.test(outcome));
      const covered = standing.reduce((sum, { evidence }) => sum + evidence.report.seconds, 0);
      return { ...one, load: verifiedLoad(one.device, one.scored.score, Math.max(covered, epochSeconds)) };
    });
  for (const [i, weight] of densityWeights(occupants, policy).entries()) {
    if (weight === WHOLE) continue;
    const { device, judgement, ...rest } = occupants[i]!;
    const thinned = { ...judgement, judged: judgement.judged.map((item) => thin(item, weight)) };
    reporting.set(device.index, { ...rest, device, judgement: thinned, scored: scoreOf(device, thinned) });
  }
  return reporting;
}

function thin(item: Judged<Evidence>, weight: number): Judged<Evidence> {
  if (item.score === 0n) return item;
  const reasons: ReasonCode[] = [...item.reasons, 'cell-full'];
  return weight === 0
    ? { ...item, outcome: 'zeroed', reasons, score: 0n }
    : { ...item, reasons, score: shareOf(item.score, weight) };
}

/** Deducts debt from the reward first and adds the rest to the leaf. Earlier earnings are never reduced. */
function payDevice({
  index,
  owner,
  score,
  reward,
  owed,
  before,
}: Pick<Reward, 'index' | 'owner' | 'score' | 'reward'> & { owed: bigint; before: bigint }): Reward {
  const repaid = owed < reward ? owed : reward;
  const earned = before + reward - repaid;
  return { index, owner, score, reward, repaid, debt: owed - repaid, earned, released: 0n, held: 0n };
}

const notActive = (evidence: Evidence): Judged<Evidence> => ({
  evidence,
  outcome: 'rejected',
  reasons: ['key-not-active'],
  score: 0n,
  stillSeconds: 0,
});

function payReports(
  judged: readonly Judged<Evidence>[],
  reward: bigint,
): (Verdict & { readonly stillSeconds: number })[] {
  const parts = splitReward(
    reward,
    judged.map(({ score }) => score),
  );
  return judged.map(({ evidence, outcome, reasons, score, stillSeconds }, i) => ({
    evidence,
    outcome,
    reasons,
    score,
    stillSeconds,
    paid: parts[i]!,
  }));
}

function* byDevice(evidence: readonly Evidence[]): Generator<Evidence[]> {
  for (let start = 0; start < evidence.length; ) {
    const { index } = evidence[start]!.report;
    let end = start + 1;
    while (evidence[end]?.report.index === index) end++;
    yield evidence.slice(start, end);
    start = end;
  }
}
