import type { LiteSvm } from 'litesvm/dist/internal';
import { fromBase58, toKey } from '../encoding';

const [MEMO_1, MEMO_3, MEMO_4] = [
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo4c2pN8afCj432Lb7RMVKi9PbQnnW7ewFFaV3oAH',
].map((address) => fromBase58(address)!) as [Buffer, Buffer, Buffer];
const MEMO_PROGRAMS = new Set([MEMO_1, MEMO_3, MEMO_4].map(toKey));

/** A chain that has programs and takes others. */
interface Programs {
  svm: Pick<LiteSvm, 'getAccount'>;
  addProgram(address: Uint8Array, bytes: Uint8Array): void;
}

/**
 * Loads the memo program at its address of version 4, by which Solana's tool calls it. LiteSVM has that version's bytes
 * at the address of version 3 only.
 */
export function addMemo4(chain: Programs): void {
  const memo = chain.svm.getAccount(MEMO_3);
  if (!memo) throw new Error('LiteSVM has no memo program');
  chain.addProgram(MEMO_4, memo.data());
}

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
