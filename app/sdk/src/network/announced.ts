import { PublicKey } from '@solana/web3.js';
import { equal } from '../core/bytes';
import { time } from '../core/words';
import type { NetworkAccount } from './accounts';
import type { AnnouncedRule } from './instructions';
import { policyChanges } from './policy-changes';

/** An address, or that there is none. */
export const named = (who: PublicKey | null): string =>
  who === null || who.equals(PublicKey.default) ? 'nobody' : who.toBase58();

/** One line for each thing that an announced change alters; none if none is announced. */
export function announcedEffects(account: NetworkAccount, rule: AnnouncedRule): string[] {
  const { changes, policy, guardian } = account;
  switch (rule) {
    case 'policy':
      return changes.policy ? policyChanges(policy, changes.policy.policy) : [];
    case 'committee':
      return changes.committee
        ? committeeChange(account, changes.committee.threshold, changes.committee.keys)
        : [];
    case 'guardian':
      return changes.guardian ? [`guardian ${named(guardian)} -> ${named(changes.guardian.guardian)}`] : [];
  }
}

/** The committee that comes, by its members. */
export const committeeChange = (
  { committee: { version, threshold: present, keys } }: NetworkAccount,
  threshold: number,
  members: readonly Uint8Array[],
): string[] => [
  `committee version ${version} -> ${version + 1}: ${present} of ${keys.length} -> ${threshold} of ${members.length}`,
  ...members.map((key) => `member ${new PublicKey(key)}`),
];

/** Whether a committee takes effect at once: the first one, or fewer of the present members with no lower threshold. */
export const isCommitteeTightened = (
  { committee: { version, threshold: present, keys: members } }: NetworkAccount,
  threshold: number,
  keys: readonly Uint8Array[],
): boolean =>
  version === 0 ||
  (threshold >= present && keys.every((key) => members.some((member) => equal(member, key))));

/** Adds what becomes of an earlier announcement, and whether this is only an announcement, which it is if it loosens a rule. */
export function told(
  { changes, floors }: NetworkAccount,
  { rule, waits, effects }: { rule: AnnouncedRule; waits: boolean; effects: readonly string[] },
): string[] {
  const earlier = changes[rule];
  return [
    ...effects,
    ...(earlier ? [`the ${rule} announced for ${time(earlier.from)} is withdrawn`] : []),
    ...(waits && floors.changeDelaySeconds > 0
      ? [`announced only: it can be applied ${floors.changeDelaySeconds} s after this lands`]
      : []),
  ];
}
