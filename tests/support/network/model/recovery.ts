import { CLOSING_SECONDS } from '@commonwire/sdk/network';
import { expect } from 'chai';
import { Dice } from '../../model/dice';
import { wait } from '../../model/steps';
import { bondKey } from './committee-model';
import { type Entry, ModelLedger } from './ledger';
import { depositing } from './ops/bonds';
import { closing } from './ops/closing';
import { answering, demanding, isAbout } from './ops/disputes';
import { epochs, posting } from './ops/epochs';
import { correcting, unpausing, vetoing } from './ops/govern';
import { applying, cancelling, RULES, settingCommittee, settingPolicy } from './ops/rule-changes';
import type { Made } from './oracle';
import type { Act } from './step';
import { FIRST_ORACLES, type Site, type World } from './world';

const NO_DICE = new Dice([0]);
const THRESHOLD = 2;

/**
 * What an honest authority, its guardian and honest oracles do to bring a network to its next epoch, or to its end if it is
 * closing, whatever anybody did to it before. Every call of it must be taken.
 */
export function recover(world: World, site: Site, act: Act): void {
  const { model } = site;
  const { chain } = world;
  if (model.life === 'closed') return;
  const authority = world.keypairOf(site, model.rules.authority);
  const must: (...args: Parameters<Act>) => void = (operation, attempt) =>
    expect(act(operation, attempt), `${operation} by honest people`).to.equal(null);
  const pass = (seconds: bigint) => wait<World>(seconds).run(world, world);
  const waitOut = () => pass(BigInt(model.founding.floors.changeDelaySeconds));

  const paused = model.pause.intervals.at(-1);
  if (paused && paused.held > chain.now) pass(paused.held - chain.now);
  if (model.pause.isActive(chain.now)) must('unpause', unpausing(world, site, authority));
  if (model.pending) must('vetoEpoch', vetoing(site, authority, model.pending.ledger.root));
  if (model.life === 'closing') {
    pass(CLOSING_SECONDS);
    must('finishClose', closing.finishClose!(world, site, NO_DICE));
    return;
  }
  for (const rule of RULES) {
    if (model.rules.announced[rule]) must('cancelRuleChange', cancelling(world, site, authority, rule));
  }
  must('setPolicy', settingPolicy(world, site, authority, model.founding.policy));
  if (model.rules.announced.policy) {
    waitOut();
    must('applyRuleChange', applying(world, site, 'policy'));
  }
  const seats = {
    threshold: THRESHOLD,
    oracles: FIRST_ORACLES,
    bonds: FIRST_ORACLES.map((oracle) => bondKey(oracle, world.watcher.publicKey)),
  };
  for (const oracle of FIRST_ORACLES)
    must('depositBond', depositing(world, site, world.watcher, oracle, model.policy.oracleBond + 1n));
  must('setCommittee', settingCommittee(world, site, authority, seats));
  if (model.rules.announced.committee) {
    waitOut();
    must('applyRuleChange', applying(world, site, 'committee', seats.bonds));
  }
  if (!model.nextCut()) {
    const due = model.lastCutTime + BigInt(model.policy.epochSeconds);
    if (due > chain.now) pass(due - chain.now);
    must('cutEpoch', epochs.cutEpoch!(world, site, NO_DICE));
  }
  const { epoch } = model.current;
  const { made, corrective } = continued(site);
  if (corrective) {
    must('nameCorrective', correcting(world, site, authority, epoch + 1n));
    waitOut();
  }
  const signing = FIRST_ORACLES.slice(0, THRESHOLD);
  must('postEpoch', posting(world, site, made, { attempt: model.attempt, stale: null, signing }));
  if (made.ledger.isShowable(0)) {
    // Whoever demands what honest oracles have published only pays them.
    must('demandLeaf', demanding(world, site, world.stranger, 0));
    const demand = [...model.demands.values()].find((candidate) => isAbout(site, candidate))!;
    must('answerDemand', answering(world, site, world.oracles[0]!, demand));
  }
  pass(BigInt(model.policy.challengeSeconds));
  must('promote', epochs.promote!(world, site, NO_DICE));
  expect(model.current.epoch, 'another epoch').to.equal(epoch + 1n);
}

/**
 * The ledger by which honest oracles go on: every device keeps what it can be shown to have earned. What the current total
 * holds besides is left where it is hidden, or taken back by a corrective epoch.
 */
function continued({ model }: Site): { made: Made; corrective: boolean } {
  const cut = model.nextCut()!;
  const { current } = model;
  const entries: Entry[] = Array.from({ length: cut.deviceCount }, (_, index) => ({
    owner: model.ownerIn(index, cut.epoch),
    earned: current.ledger.shown(index)?.earned ?? 0n,
  }));
  const total = entries.reduce((sum, { earned }) => sum + earned, 0n);
  let left = current.earnedTotal - total;
  const hidden = [...Array(current.deviceCount).keys()].find((index) => !current.ledger.isShowable(index));
  if (hidden !== undefined) {
    entries[hidden] = { ...entries[hidden]!, earned: left };
    left = 0n;
  }
  const ledger = new ModelLedger(entries);
  const published = new Set(entries.keys());
  return { made: { ledger, earnedTotal: ledger.total, lies: [], published }, corrective: left > 0n };
}
