import {
  type AnnouncedRule,
  applyRuleChange,
  cancelRuleChange,
  type NetworkPolicy,
  NO_LIMIT,
  type Rule,
  setCommittee,
  setGuardian,
  setPolicy,
} from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import type { Dice } from '../../../model/dice';
import { BASE_POLICY, type NetworkAttempt, type Site, type World } from '../world';
import { guard, ruler } from './govern';

/** An authority, if it is hostile, may ask for the most that there is. */
const EXTREMES: readonly Partial<NetworkPolicy>[] = [
  { deviceEpochCap: NO_LIMIT },
  { deviceEpochCap: 2n ** 63n },
  { epochSeconds: 2 ** 32 - 1 },
  { challengeSeconds: 2 ** 32 - 1, answerSeconds: 2 ** 32 - 1 },
  { challengeSlots: 2 ** 32 - 1 },
  { bondLockSeconds: 2 ** 32 - 1 },
  { oracleBond: NO_LIMIT },
  { deviceFee: NO_LIMIT / 4n },
  { answerSeconds: 2 ** 32 - 1 },
];

export function randomPolicy({ model }: Site, dice: Dice): NetworkPolicy {
  const bad = dice.rarely(4);
  const extreme = dice.rarely(6) ? dice.pick(EXTREMES) : {};
  return {
    ...BASE_POLICY,
    deviceEpochCap: dice.pick([1_000n, 1n, 500n, 3_000n, bad ? 0n : 2_000n]),
    payoutLimit: dice.pick([NO_LIMIT, 13_000n, 2_500n, bad ? 0n : 12_500n]),
    oracleBond: dice.pick([0n, 0n, 1_000n]),
    epochSeconds: dice.pick([60, 30, 90, bad ? 0 : 60, bad ? 24 : 25]),
    challengeSeconds: dice.pick([30, 10, 60, bad ? 0 : 30, bad ? 9 : 10]),
    answerSeconds: dice.pick([30, 60, 45, bad ? 4 : 30]),
    challengeSlots: dice.pick([1, 2, 5, bad ? 0 : 2]),
    payoutWindowSeconds: dice.pick([120, 60, 30, bad ? 0 : 120]),
    bondLockSeconds: dice.pick([600, 300, bad ? 10 : 600]),
    maxCapacity: [bad && dice.rarely(3) ? 1 : 0, dice.pick([100, 50]), 50, 0, 0, 0, 0, 0],
    deviceFee: model.policy.deviceFee,
    ...extreme,
  };
}

/** A policy that differs from the network's in one thing: most changes at once would hide which one loosens. */
function changedPolicy(site: Site, dice: Dice): NetworkPolicy {
  const { policy } = site.model;
  const other = randomPolicy(site, dice);
  if (dice.rarely(3)) return other;
  const fields = Object.keys(other) as (keyof NetworkPolicy)[];
  const field = dice.pick(fields);
  return { ...policy, [field]: other[field] };
}

/** Of each oracle's bonds the greatest that isn't unlocking, if there is one. */
export const bestBonds = ({ model: { committee } }: Site, oracles: readonly number[]) =>
  oracles.flatMap((oracle) => {
    const own = [...committee.bonds].filter(([, bond]) => bond.oracle === oracle);
    return own
      .sort(([, a], [, b]) => worth(b) - worth(a))
      .slice(0, 1)
      .map(([key]) => key);
  });
const worth = ({ lamports, unlocksAt }: { lamports: bigint; unlocksAt: bigint }): number =>
  unlocksAt === 0n ? Number(lamports) : -1;

const describe = (policy: NetworkPolicy): string =>
  Object.entries(policy)
    .map(([field, value]) => `${field} ${value}`)
    .join(', ');

export const settingPolicy = (
  world: World,
  site: Site,
  by: Keypair,
  policy: NetworkPolicy,
): NetworkAttempt => ({
  site,
  what: `set_policy ${describe(policy)}`,
  instructions: [setPolicy({ network: site.address, authority: by.publicKey, policy })],
  signers: [by],
  apply() {
    const { model } = site;
    model.rules.requireAuthority(by.publicKey);
    model.checkPolicy(policy);
    model.rules.proposePolicy(world.chain.now, policy);
  },
});

/** A committee, each of whose members is admitted by one of `bonds`. */
export const settingCommittee = (
  world: World,
  site: Site,
  by: Keypair,
  { threshold, oracles, bonds }: { threshold: number; oracles: readonly number[]; bonds: readonly string[] },
): NetworkAttempt => ({
  site,
  what: `set_committee ${threshold} of ${oracles} bonds ${bonds}`,
  instructions: [
    setCommittee({
      network: site.address,
      authority: by.publicKey,
      threshold,
      keys: oracles.map((oracle) => world.oracles[oracle]!.publicKey.toBytes()),
      bonds: bonds.map((key) => world.bondAddress(site, key)),
    }),
  ],
  signers: [by],
  apply() {
    site.model.rules.requireAuthority(by.publicKey);
    site.model.setCommittee(world.chain.now, threshold, oracles, bonds);
  },
});

export const applying = (
  world: World,
  site: Site,
  rule: AnnouncedRule,
  bonds: readonly string[] = [],
): NetworkAttempt => ({
  site,
  what: `apply_rule_change ${rule} bonds ${bonds}`,
  instructions: [
    applyRuleChange({
      network: site.address,
      rule,
      bonds: bonds.map((key) => world.bondAddress(site, key)),
    }),
  ],
  signers: [],
  apply: () => site.model.applyChange(rule, world.chain.now, bonds),
});

export const cancelling = (world: World, site: Site, by: Keypair, rule: Rule): NetworkAttempt => ({
  site,
  what: `cancel_rule_change ${rule} by ${by.publicKey}`,
  instructions: [cancelRuleChange({ network: site.address, guard: by.publicKey, rule })],
  signers: [by],
  apply: () => site.model.cancel(by.publicKey, world.chain.now, rule),
});

export const RULES: readonly AnnouncedRule[] = ['policy', 'committee', 'guardian'];

export const ruleChanges: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  setPolicy: (world, site, dice) =>
    settingPolicy(world, site, ruler(world, site, dice), changedPolicy(site, dice)),

  setGuardian(world, site, dice) {
    const by = ruler(world, site, dice);
    const guardian = dice.rarely(4) ? null : dice.pick([site.guardian, world.stranger]).publicKey;
    const { rules } = site.model;
    return {
      site,
      what: `set_guardian ${guardian}`,
      instructions: [setGuardian({ network: site.address, authority: by.publicKey, guardian })],
      signers: [by],
      apply() {
        rules.requireAuthority(by.publicKey);
        rules.proposeGuardian(world.chain.now, guardian);
      },
    };
  },

  setCommittee(world, site, dice) {
    const { model } = site;
    const by = ruler(world, site, dice);
    const present = model.committee.oracles;
    const first = dice.nat(6);
    const some = Array.from({ length: 3 - dice.nat(3) }, (_, n) => (first + n) % 6);
    const fewer = present.slice(dice.nat(2));
    const oracles = fewer.length > 0 && dice.rarely(4) ? fewer : some;
    if (dice.rarely(8)) oracles.push(oracles[0]!);
    const threshold = dice.rarely(6) ? dice.nat(7) : Math.floor(oracles.length / 2) + 1;
    const bonds = dice.rarely(5) ? [] : bestBonds(site, oracles);
    if (dice.rarely(8)) bonds.reverse();
    return settingCommittee(world, site, by, { threshold, oracles, bonds });
  },

  applyRuleChange(world, site, dice) {
    const { model } = site;
    const rule = someRule(site, dice);
    const oracles = model.rules.announced.committee?.oracles ?? [];
    const bonds = rule === 'committee' && !dice.rarely(6) ? bestBonds(site, oracles) : [];
    return applying(world, site, rule, bonds);
  },

  cancelRuleChange: (world, site, dice) =>
    cancelling(
      world,
      site,
      guard(world, site, dice),
      dice.rarely(3) ? dice.pick(['corrective', 'closing'] as const) : someRule(site, dice),
    ),
};

/** Mostly a rule of which a change is announced. */
function someRule({ model: { rules } }: Site, dice: Dice): AnnouncedRule {
  const announced = RULES.filter((rule) => rules.announced[rule] !== null);
  return dice.pick(announced.length > 0 && !dice.rarely(4) ? announced : RULES);
}
