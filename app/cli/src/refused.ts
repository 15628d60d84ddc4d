import { CommonwireError, TransactionFailed } from '@commonwire/sdk/core';

/** The program's refusal, with the next step. */
class Refused extends CommonwireError {}

/** Adds the next step to the program's refusal. @param stepOf by the refusal's code */
export async function explained<T>(
  sent: Promise<T>,
  stepOf: (code: string) => string | undefined,
): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    if (!(error instanceof TransactionFailed)) throw error;
    const step = stepOf(error.code);
    throw step ? new Refused(error.code, `${error.message}; ${step}`, { cause: error }) : error;
  }
}
