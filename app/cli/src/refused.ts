import { CommonwireError, TransactionFailed } from '@commonwire/sdk/core';

/** A program's refusal, with the next step. */
class Refused extends CommonwireError {}

/** Adds the next step to a refusal. @param nextStep says what to do after the program refused with a code */
export async function explained<T>(sent: Promise<T>, nextStep: (code: string) => string): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    if (!(error instanceof TransactionFailed)) throw error;
    throw new Refused(error.code, `${error.message}; ${nextStep(error.code)}`, { cause: error });
  }
}
