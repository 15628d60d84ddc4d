import { type SignatureCheck, verifySignature } from '@commonwire/sdk/core';
import type { Progress } from './progress';

/** Verifies the signatures of an epoch's reports strictly, possibly on another thread. */
export interface Verifier {
  /** Always returns true if another thread verifies: only {@link allValid} gives the result. */
  readonly verify: (check: SignatureCheck) => boolean;
  /** Returns whether all signatures passed to `verify` are valid. If not, verify them again one by one. */
  allValid(): Promise<boolean>;
}

/** Verifies each signature at once, on this thread. */
export function verifyHere(total: number, progress: Progress): Verifier {
  let done = 0;
  return {
    verify: (check) => {
      done += 1;
      progress(() => describe(done, total));
      return verifySignature(check);
    },
    allValid: async () => true,
  };
}

/** Verified signatures in words. */
export const describe = (done: number, total: number): string =>
  `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} signatures verified`;
