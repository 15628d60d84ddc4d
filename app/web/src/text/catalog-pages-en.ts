import { compiled } from './compiled';
import { pagesEn } from './pages-en';

/** English for the other pages, loaded with the first of them. */
export const catalog = compiled(pagesEn);
