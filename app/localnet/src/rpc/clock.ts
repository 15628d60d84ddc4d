import { z } from 'zod';
import { RpcError } from './errors';
import { type Methods, method } from './method';

/** The most that passes at once: ten years. */
const MOST_SECONDS = 315_576_000;

/** What no cluster has: chain time that moves on request. */
export const clockMethods: Methods = {
  /** Lets seconds pass, and begins a slot. Answers with the new time, unix seconds. */
  passTime: method(z.tuple([z.int().min(1).max(MOST_SECONDS)]), (chain, [seconds]) => {
    if (!chain.hasOwnTime)
      throw new RpcError(
        'invalidParams',
        'Invalid param: the time of this chain is that of its demo or test',
      );
    return chain.passTime(seconds);
  }),
};
