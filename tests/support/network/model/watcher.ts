import { expect } from 'chai';
import { answering, challenging, demanding, ending, isAbout } from './ops/disputes';
import type { Act } from './step';
import type { Site, World } from './world';

/**
 * What an honest watcher does at once, whenever anything happened: challenge by what it can see, demand what it can't, and
 * end demands that nobody answered in time. Nothing of it may fail.
 */
export function keepWatch(world: World, site: Site, act: Act): void {
  const { model } = site;
  const { pending } = model;
  if (!pending) return;
  const moment = world.moment();
  const must = (...args: Parameters<Act>) => expect(act(...args), 'what a watcher does').to.equal(null);
  const fault = [...pending.seen].find((index) => model.isFault(index));
  if (fault !== undefined) {
    must('challengeEpoch', challenging(world, site, world.watcher, fault));
    return;
  }
  const demands = [...model.demands.values()].filter((demand) => isAbout(site, demand));
  if (model.takesDemands(moment)) {
    for (let index = 0; index < pending.deviceCount; index++) {
      const known = pending.seen.has(index) || demands.some((demand) => demand.index === index);
      if (!known) must('demandLeaf', demanding(world, site, world.watcher, index));
    }
  }
  const overdue = demands.find((demand) => model.isOverdue(demand, moment));
  if (!overdue || model.pause.isActive(moment.now)) return;
  // Honest oracles answer until the last moment.
  if (pending.honest) must('answerDemand', answering(world, site, world.watcher, overdue));
  else must('closeDemand', ending(world, site, overdue));
}
