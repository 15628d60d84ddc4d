import { CommonwireError, TransactionFailed } from '@commonwire/sdk/core';

/** The program's refusal, with the next step. */
class Refused extends CommonwireError {}

/**
 * The next step after a refusal, by its code and, where another program than Commonwire's refused, by the name that this
 * has for its reason.
 */
export type NextStep = (code: string, reason: string | null) => string | undefined;

/** Adds the next step to the program's refusal. */
export async function explained<T>(sent: Promise<T>, stepOf: NextStep): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    if (!(error instanceof TransactionFailed)) throw error;
    const step = stepOf(error.code, error.reason);
    throw step ? new Refused(error.code, `${error.message}; ${step}`, { cause: error }) : error;
  }
}
