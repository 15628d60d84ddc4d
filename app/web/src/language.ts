import { type Language, languageFor, setLanguage } from './text';

const KEY = 'commonwire-language';

/** The language chosen before, or the reader's own. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  return languageFor(kept ? [kept, ...navigator.languages] : navigator.languages);
}

/** Shows everything from now on in a language, or in English if its texts can't be loaded. @returns the one shown */
export async function showLanguage(wanted: Language): Promise<Language> {
  try {
    await setLanguage(wanted);
  } catch {
    return wanted === 'en' ? wanted : showLanguage('en');
  }
  document.documentElement.lang = wanted;
  localStorage.setItem(KEY, wanted);
  return wanted;
}
