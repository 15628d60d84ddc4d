import { type CompiledMessage, compileMessage } from '@lingui/message-utils/compileMessage';

/** A catalogue's texts, compiled. Pages load the result without this compiler. */
export const compiled = (texts: Record<string, string>): Record<string, CompiledMessage> =>
  Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, compileMessage(text)]));
