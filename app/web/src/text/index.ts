import { type Messages, setupI18n } from '@lingui/core';
import { setNumberStyle } from '../format';
import { catalog as english } from './catalog-en';
import type { TextId } from './id';

export type { TextId } from './id';

/** The languages, each in its own words. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

/** Every language is whole, and loaded where it is chosen; English for the first page is always there. */
const OTHERS: Partial<Record<Language, () => Promise<{ catalog: Messages }>>> = {
  de: () => import('./catalog-de'),
};

const i18n = setupI18n();
i18n.loadAndActivate({ locale: 'en', messages: english });

/** Shows everything from now on in a language. What is on the page must be drawn anew. */
export async function setLanguage(language: Language): Promise<void> {
  const other = await OTHERS[language]?.();
  showTexts(language, other?.catalog ?? english);
}

/** Shows everything from now on in the language of these texts. */
export function showTexts(language: Language, texts: Messages): void {
  addTexts(language, texts);
  i18n.activate(language);
  setNumberStyle(language);
}

/** Adds to the texts of a language. */
export const addTexts = (language: Language, texts: Messages): void => i18n.load(language, texts);

/** Loads the texts of all pages but the first. Languages other than English have them already. */
export async function loadPageTexts(): Promise<void> {
  addTexts('en', (await import('./catalog-pages-en')).catalog);
}

/** The first language of a reader's that there is, or English. */
export function languageFor(wanted: readonly string[]): Language {
  const known = wanted
    .map((tag) => tag.slice(0, 2).toLowerCase())
    .find((tag) => Object.hasOwn(LANGUAGES, tag));
  return (known as Language | undefined) ?? 'en';
}

/** A text in the language shown, with its values filled in. */
export const t = (id: TextId, values?: Record<string, string | number>): string => i18n._(id, values);

/** A text of the first page whose name is made from what an oracle says; undefined if there is none. */
export const textFor = (id: string): string | undefined =>
  Object.hasOwn(english, id) ? t(id as TextId) : undefined;
