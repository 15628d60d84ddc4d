import { setupI18n } from '@lingui/core';
import { setNumberStyle } from '../format';
import { catalogs } from './catalogs';
import type { en } from './en';

/** A text's name. Each language has a text for every one. */
export type TextId = keyof typeof en;

/** The languages, each in its own words. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const i18n = setupI18n();
setLanguage('en');

/** Shows everything from now on in a language. What is on the page must be drawn anew. */
export function setLanguage(language: Language): void {
  i18n.loadAndActivate({ locale: language, messages: catalogs[language] });
  setNumberStyle(language);
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

/** A text whose name is made from what an oracle says; undefined if there is none. */
export const textFor = (id: string): string | undefined =>
  Object.hasOwn(catalogs.en, id) ? t(id as TextId) : undefined;
