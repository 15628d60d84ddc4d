import { fromBase58, toKey } from '../encoding';

const MEMO_PROGRAMS = new Set(
  [
    'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
    'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
    'Memo4c2pN8afCj432Lb7RMVKi9PbQnnW7ewFFaV3oAH',
  ].map((address) => toKey(fromBase58(address)!)),
);

/** Returns whether an address is a memo program's. */
export const isMemoProgram = (address: Uint8Array): boolean => MEMO_PROGRAMS.has(toKey(address));

/** The memos among instructions in one text, as lists of signatures show them; null if there are none. */
export function memoText(
  instructions: readonly (readonly [program: Buffer, data: Uint8Array])[],
): string | null {
  const memos = instructions
    .filter(([program]) => isMemoProgram(program))
    .map(([, data]) => {
      const bytes = Buffer.from(data);
      const text = bytes.toString('utf8');
      return `[${bytes.length}] ${Buffer.from(text).equals(bytes) ? text : '(unparseable)'}`;
    });
  return memos.length > 0 ? memos.join('; ') : null;
}
