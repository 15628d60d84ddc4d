import {
  answerDemand,
  challengeEpoch,
  closeDemand,
  demandAddress,
  demandLeaf,
  promote,
  proveDevice,
  type RegistryProof,
} from '@commonwire/sdk/network';
import { type Keypair, PublicKey } from '@solana/web3.js';
import { ACCOUNT_IN_USE, NO_ACCOUNT } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import type { ModelDemand } from '../network-model';
import type { NetworkAttempt, Site, World } from '../world';

/** What a challenger gets wrong. */
export interface ChallengeSlips {
  altered?: boolean;
  /** Leaves out the device's current leaf. */
  noBefore?: boolean;
  /** Leaves out the device's registry leaf. */
  noDevice?: boolean;
  /** Names another device's registry leaf. */
  otherDevice?: boolean;
  /** Leaves out the page, or names it for nothing. */
  page?: 'left out' | 'needless';
  /** Names a bond more, or one less. */
  bonds?: 'more' | 'less';
}

/** A challenge by device `index` with all that it can be proven by. */
export function challenging(
  world: World,
  site: Site,
  challenger: Keypair,
  index: number,
  slips: ChallengeSlips = {},
): NetworkAttempt {
  const { model, address: network } = site;
  const { pending, current, devices } = model;
  const known = pending && pending.ledger.entries.length > 0 ? pending.ledger.claim(index) : null;
  const leaf = known ?? { index, owner: PublicKey.default, earned: 0n, proof: [] };
  if (slips.altered) leaf.earned += 1n;
  const isKnown = current.ledger.entries[index] !== undefined && !slips.noBefore;
  const before = isKnown ? current.ledger.claim(index) : null;
  const hasRecord = model.records.has(index);
  const named = slips.otherDevice ? (index + 1) % Math.max(1, devices.length) : index;
  const device: RegistryProof | null =
    !slips.noDevice && named < devices.length ? proveDevice(devices, named) : null;
  const short = pending !== null && known !== null && model.isBelowPaid(index, known);
  const belowPaid = short ? slips.page !== 'left out' : slips.page === 'needless' && model.pages.has(0);
  const given = (pending?.signers ?? []).flatMap(({ bond }) => (bond === null ? [] : [bond]));
  if (slips.bonds === 'more') given.push(...[...model.committee.bonds.keys()].slice(0, 1));
  if (slips.bonds === 'less') given.pop();
  const bonds = given.map((key) => world.bondAddress(site, key));
  const due = (pending?.signers ?? []).flatMap(({ bond }) => bond ?? []);
  return {
    site,
    what: `challenge_epoch ${index} ${JSON.stringify(slips)}`,
    instructions: [
      challengeEpoch({ network, challenger: challenger.publicKey, leaf, before, device, belowPaid, bonds }),
    ],
    signers: [challenger],
    apply() {
      require(pending !== null, 'nothing-pending');
      pending.ledger.requireLeaf(leaf);
      if (!hasRecord && device) require(named === index, 'bad-registry-proof');
      const seesOwner = hasRecord || device !== null;
      const wrongOwner = seesOwner && !model.ownerIn(index, pending.epoch).equals(leaf.owner);
      const isLie = wrongOwner || model.isPadded(index);
      if (!isLie && short && belowPaid) return model.void();
      if (!isLie) {
        if (before) current.ledger.requireLeaf(before);
        else require(index >= current.deviceCount, 'current-leaf-missing');
        require(model.isWrongGrowth(index, leaf), 'no-fault');
      }
      require(given.length === due.length && given.every((key, at) => key === due[at]), 'wrong-bond');
      if (pending.honest) throw new Error(`an honest epoch was made void by ${index}`);
      model.punish();
    },
  };
}

/** A demand for a leaf of the pending epoch. */
export function demanding(world: World, site: Site, demander: Keypair, index: number): NetworkAttempt {
  const { model, address: network } = site;
  const { pending } = model;
  const [epoch, attempt] = [pending?.epoch ?? 0n, pending?.attempt ?? 0];
  const key = demandAddress({ network, epoch, attempt, index }).toBase58();
  return {
    site,
    what: `demand_leaf ${index} of ${epoch}/${attempt}`,
    instructions: [demandLeaf({ network, epoch, attempt, index, demander: demander.publicKey })],
    signers: [demander],
    apply() {
      require(!model.demands.has(key), ACCOUNT_IN_USE);
      require(pending !== null, 'nothing-pending');
      require(index < pending.deviceCount, 'run-out-of-range');
      const opened = world.moment();
      require(model.takesDemands(opened), 'demand-too-late');
      pending.openDemands += 1;
      const bond = model.policy.demandBond;
      model.demands.set(key, { epoch, attempt, index, demander: demander.publicKey, bond, opened });
    },
  };
}

/** Whether a demand is about the epoch that is pending now. */
export const isAbout = ({ model: { pending } }: Site, demand: ModelDemand): boolean =>
  pending?.epoch === demand.epoch && pending.attempt === demand.attempt;

/** The end of a demand that nobody answered. */
export function ending(
  world: World,
  site: Site,
  demand: ModelDemand,
  payee = demand.demander,
): NetworkAttempt {
  const { model, address: network } = site;
  const { epoch, attempt, index } = demand;
  const key = demandAddress({ network, epoch, attempt, index }).toBase58();
  return {
    site,
    what: `close_demand ${index} of ${epoch}/${attempt}`,
    instructions: [closeDemand({ network, epoch, attempt, index, demander: payee })],
    signers: [],
    apply() {
      const { now } = world.chain;
      require(model.demands.has(key), NO_ACCOUNT);
      require(payee.equals(demand.demander), 'wrong-payer');
      if (isAbout(site, demand)) {
        require(!model.pause.isActive(now), 'paused');
        require(model.isOverdue(demand, world.moment()), 'answer-time-open');
        model.void();
      }
      model.demands.delete(key);
    },
  };
}

/** An answer to a demand, as well as anybody who knows the ledger can make it. */
export function answering(
  world: World,
  site: Site,
  answerer: Keypair,
  demand: ModelDemand,
  slips: { altered?: boolean; payee?: PublicKey } = {},
): NetworkAttempt {
  const { model, address: network } = site;
  const { epoch, attempt, index } = demand;
  const key = demandAddress({ network, epoch, attempt, index }).toBase58();
  const { pending } = model;
  const known = pending && index < pending.ledger.entries.length ? pending.ledger.claim(index) : null;
  const leaf = known ?? { index, owner: PublicKey.default, earned: 0n, proof: [] };
  if (slips.altered) leaf.earned += 1n;
  const demander = slips.payee ?? demand.demander;
  return {
    site,
    what: `answer_demand ${index} of ${epoch}/${attempt}`,
    instructions: [answerDemand({ network, epoch, attempt, answerer: answerer.publicKey, demander, leaf })],
    signers: [answerer],
    apply() {
      require(model.demands.has(key), NO_ACCOUNT);
      require(demander.equals(demand.demander), 'wrong-payer');
      require(pending !== null && isAbout(site, demand), 'wrong-demand');
      pending.ledger.requireLeaf(leaf);
      pending.openDemands -= 1;
      pending.seen.add(index);
      pending.shown = world.moment();
      model.demands.delete(key);
    },
  };
}

/** An answer, and the epoch's promotion before anybody could look at it: one transaction, which never passes as a whole. */
function promotingAtOnce(world: World, answer: NetworkAttempt): NetworkAttempt {
  const { site } = answer;
  const { model, address: network, mint } = site;
  return {
    ...answer,
    what: `${answer.what} and promote`,
    instructions: [...answer.instructions, promote({ network, mint })],
    apply() {
      const kept = { ...model.pending!, seen: new Set(model.pending?.seen) };
      const demands = [...model.demands];
      answer.apply();
      model.pending = kept;
      for (const [key, demand] of demands) model.demands.set(key, demand);
      model.requirePaying(world.chain.now);
      require(false, 'challenge-period-open');
    },
  };
}

/** Mostly a demand that is there, otherwise one for a device that isn't. */
function someDemand(world: World, { model }: Site, dice: Dice): ModelDemand {
  const all = [...model.demands.values()];
  if (all.length > 0 && !dice.rarely(8)) return dice.pick(all);
  const [epoch, attempt] = [model.pending?.epoch ?? 1n, model.pending?.attempt ?? 0];
  const demander = world.owners[0]!.publicKey;
  return { epoch, attempt, index: model.devices.length, demander, bond: 0n, opened: world.moment() };
}

export const disputes: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  challengeEpoch(world, site, dice) {
    const { model } = site;
    const challenger = dice.pick([world.stranger, world.owners[0]!]);
    const count = model.pending?.ledger.entries.length ?? 0;
    const faults = [...Array(count).keys()].filter((index) => model.isFault(index));
    // Mostly a leaf that something is wrong with, if there is one.
    const index = faults.length > 0 && !dice.rarely(4) ? dice.pick(faults) : dice.nat(Math.max(1, count));
    return challenging(world, site, challenger, index, {
      altered: dice.rarely(8),
      noBefore: dice.rarely(6),
      noDevice: dice.rarely(6),
      otherDevice: dice.rarely(8),
      ...(dice.rarely(6) ? { page: dice.pick(['left out', 'needless'] as const) } : {}),
      ...(dice.rarely(8) ? { bonds: dice.pick(['more', 'less'] as const) } : {}),
    });
  },

  demandLeaf(world, site, dice) {
    const demander = dice.pick([world.stranger, world.owners[0]!, world.watcher]);
    const count = site.model.pending?.deviceCount ?? 0;
    return demanding(world, site, demander, dice.nat(count + 1));
  },

  answerDemand(world, site, dice) {
    const demand = someDemand(world, site, dice);
    const slips = {
      altered: dice.rarely(10),
      ...(dice.rarely(10) ? { payee: world.owners[1]!.publicKey } : {}),
    };
    const answer = answering(world, site, dice.pick([world.stranger, world.owners[0]!]), demand, slips);
    return dice.rarely(4) ? promotingAtOnce(world, answer) : answer;
  },

  closeDemand(world, site, dice) {
    const demand = someDemand(world, site, dice);
    const payee = dice.rarely(10) ? world.owners[1]!.publicKey : demand.demander;
    return ending(world, site, demand, payee);
  },
};
