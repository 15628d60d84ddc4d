import { type NetworkPolicy, NO_LIMIT } from './policy';

/** One line for each field that a new policy changes, named as in a configuration. */
export function policyChanges(before: NetworkPolicy, after: NetworkPolicy): string[] {
  const changed = changedFields(before, after);
  if (changed.length === 0) return ['the policy does not change'];
  return changed.map((field) => `${snake(field)} ${text(before[field])} -> ${text(after[field])}`);
}

/** Whether a new policy changes nothing. */
export const isSamePolicy = (before: NetworkPolicy, after: NetworkPolicy): boolean =>
  changedFields(before, after).length === 0;

const changedFields = (before: NetworkPolicy, after: NetworkPolicy): (keyof NetworkPolicy)[] =>
  (Object.keys(after) as (keyof NetworkPolicy)[]).filter((field) => `${before[field]}` !== `${after[field]}`);

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
function text(value: NetworkPolicy[keyof NetworkPolicy]): string {
  if (value === NO_LIMIT) return 'none';
  return typeof value === 'object' ? `[${value.join(', ')}]` : `${value}`;
}
