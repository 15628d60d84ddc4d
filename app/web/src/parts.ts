import { type Content, element } from './dom';
import { formatCount, shorten, splitTokens } from './format';
import type { Snapshot } from './snapshot';

/** The colour of a state. There is always a word as well. */
export type Mood = 'good' | 'warn' | 'bad' | 'quiet';

/** Shows a state with a coloured dot. */
export const state = (mood: Mood, text: string) => element('span', { class: `state ${mood}` }, text);

/** Shows secondary text. */
export const quiet = (text: string) => element('span', { class: 'quiet' }, text);

/** Shows a shortened address or hash, with the full text as its tooltip. */
export const code = (text: string) => element('code', { title: text }, shorten(text));

/** Shows base units with all decimals, so that decimal points are aligned in a column. */
export function tokens(amount: bigint, decimals: number): HTMLElement {
  if (amount === 0n) return quiet('0');
  const { whole, fraction } = splitTokens(amount, decimals);
  const tail = fraction ? [element('span', { class: 'fraction' }, `.${fraction}`)] : [];
  return element('span', { class: 'amount' }, whole, ...tail);
}

/** Shows reason codes with their counts. */
export function codes(counts: Record<string, number>): Content[] {
  const sorted = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
  if (sorted.length === 0) return [quiet('–')];
  const tags = sorted.map(([reason, count]) =>
    element('span', { class: 'code' }, `${reason} × ${formatCount(count)}`),
  );
  return [element('div', { class: 'codes' }, ...tags)];
}

/** The content of an empty section. */
export const empty = ({ network }: Snapshot, text: string): Content[] => [
  element('p', { class: 'empty' }, network ? text : 'No data: no oracle answers.'),
];
