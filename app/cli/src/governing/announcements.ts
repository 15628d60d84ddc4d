import { time } from '@commonwire/sdk/core';
import type { AnnouncedRule, NetworkAccount } from '@commonwire/sdk/network';

/** The commands that end an announcement. */
const apply = (rule: AnnouncedRule): string => `commonwire govern apply-change --rule ${rule}`;
const cancel = (rule: AnnouncedRule): string => `commonwire guard cancel-change --rule ${rule}`;

/** Says how a change that is announced by now is applied, and how it is withdrawn; nothing of one that took effect at once. */
export function ends({ changes }: NetworkAccount, rule: AnnouncedRule): string[] {
  const announced = changes[rule];
  if (!announced) return [];
  return [
    `from ${time(announced.from)} on anybody can apply it: ${apply(rule)}`,
    `until then and until it is applied, the guardian or the authority can withdraw it: ${cancel(rule)}`,
  ];
}

/** Says when an announced change can be applied, and how to withdraw it. */
export const announcement = (rule: AnnouncedRule, from: bigint): string =>
  `${rule} announced: ${apply(rule)} from ${time(from)} on; ${cancel(rule)} withdraws it`;
