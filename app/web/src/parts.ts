import { type Content, element } from './dom';
import { formatCount, shorten, splitTokens } from './format';
import type { Snapshot } from './snapshot';

/** How something is doing; told by colour and always by a word too. */
export type Mood = 'good' | 'warn' | 'bad' | 'quiet';

/** A state in one word, with a dot in its colour. */
export const state = (mood: Mood, text: string) => element('span', { class: `state ${mood}` }, text);

/** Text of secondary weight. */
export const quiet = (text: string) => element('span', { class: 'quiet' }, text);

/** An address or hash by its ends; all of it on pointing at it. */
export const code = (text: string) => element('code', { title: text }, shorten(text));

/** An amount of base units to the last digit, every fraction equally long so that a column's points are aligned. */
export function tokens(amount: bigint, decimals: number): HTMLElement {
  if (amount === 0n) return quiet('0');
  const { whole, fraction } = splitTokens(amount, decimals);
  const tail = fraction ? [element('span', { class: 'fraction' }, `.${fraction}`)] : [];
  return element('span', { class: 'amount' }, whole, ...tail);
}

/** Reason codes with how often each was given. */
export function codes(counts: Record<string, number>): Content[] {
  const sorted = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
  if (sorted.length === 0) return [quiet('–')];
  const tags = sorted.map(([reason, count]) =>
    element('span', { class: 'code' }, `${reason} × ${formatCount(count)}`),
  );
  return [element('div', { class: 'codes' }, ...tags)];
}

/** What stands in a section that has nothing to show. */
export const empty = ({ network }: Snapshot, text: string): Content[] => [
  element('p', { class: 'empty' }, network ? text : 'Nothing is known while no oracle answers.'),
];
