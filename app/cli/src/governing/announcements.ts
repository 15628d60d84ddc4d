import { time } from '@commonwire/sdk/core';
import type { AnnouncedRule, NetworkAccount } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { guardianOf } from '../status/facts';
import type { Prepared } from './action';
import { policyChanges } from './policy-changes';
import { named } from './roles';

/** The commands that end an announcement. */
const apply = (rule: AnnouncedRule): string => `commonwire govern apply-change --rule ${rule}`;
const cancel = (rule: AnnouncedRule): string => `commonwire guard cancel-change --rule ${rule}`;

/**
 * Says what becomes of a change of rules: whether it is in force at once or announced, and what an earlier announcement means.
 * @param change.waits whether it loosens anything
 */
export function told(
  { changes, floors }: NetworkAccount,
  { rule, waits, effects }: { rule: AnnouncedRule; waits: boolean; effects: string[] },
): Pick<Prepared, 'effects' | 'next'> {
  const earlier = changes[rule];
  const replaced = earlier ? [`the ${rule} announced for ${time(earlier.from)} is withdrawn`] : [];
  if (!waits || floors.changeDelaySeconds === 0) return { effects: [...effects, ...replaced] };
  const delay = `announced only: it can be applied ${floors.changeDelaySeconds} s after this lands`;
  return {
    effects: [...effects, ...replaced, delay],
    next: ({ changes: after }) => {
      const announced = after[rule];
      if (!announced) return [];
      return [
        `from ${time(announced.from)} on anybody can apply it: ${apply(rule)}`,
        `until then and until it is applied, the guardian or the authority can withdraw it: ${cancel(rule)}`,
      ];
    },
  };
}

/** Says when an announced change can be applied, and how to withdraw it. */
export const announcement = (rule: AnnouncedRule, from: bigint): string =>
  `${rule} announced: ${apply(rule)} from ${time(from)} on; ${cancel(rule)} withdraws it`;

/** One line for each thing that an announced change alters; none if none is announced. */
export function announcedEffects(account: NetworkAccount, rule: AnnouncedRule): string[] {
  const { changes, committee, policy } = account;
  switch (rule) {
    case 'policy':
      return changes.policy ? policyChanges(policy, changes.policy.policy) : [];
    case 'committee': {
      if (!changes.committee) return [];
      const { threshold, keys } = changes.committee;
      const change = `${committee.threshold} of ${committee.keys.length} -> ${threshold} of ${keys.length}`;
      return [
        `committee version ${committee.version} -> ${committee.version + 1}: ${change}`,
        ...keys.map((key) => `member ${new PublicKey(key)}`),
      ];
    }
    case 'guardian': {
      if (!changes.guardian) return [];
      const { guardian } = changes.guardian;
      return [`guardian ${named(guardianOf(account))} -> ${named(guardianOf({ guardian }))}`];
    }
  }
}
