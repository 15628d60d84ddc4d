import { compiled } from './compiled';
import { en } from './en';

/** English for the first page. The build puts the result in this file's place, as in the other catalogues. */
export const catalog = compiled(en);
