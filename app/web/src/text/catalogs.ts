import { type CompiledMessage, compileMessage } from '@lingui/message-utils/compileMessage';
import { de } from './de';
import { en } from './en';

const compiled = (texts: Record<string, string>): Record<string, CompiledMessage> =>
  Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, compileMessage(text)]));

/** Every language's texts, compiled. The build puts the result in this file's place, so that pages load no compiler. */
export const catalogs = { en: compiled(en), de: compiled(de) };
