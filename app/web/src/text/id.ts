import type { en } from './en';
import type { pagesEn } from './pages-en';

/** A text's name. Each language has a text for every one. */
export type TextId = keyof typeof en | keyof typeof pagesEn;
