import { compiled } from './compiled';
import { de } from './de';

/** All of German, loaded where it is chosen. */
export const catalog = compiled(de);
