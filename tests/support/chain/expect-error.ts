import { TransactionFailed } from '@commonwire/sdk/core';
import { expect } from 'chai';
import { refusalOf } from './refusals';

/**
 * Requires the promise to be rejected with an error of this stable `code`, or one whose message matches. What the chain
 * refused for a reason that has no code is told by one of the reasons of `refusals.ts`.
 */
export async function expectError(promise: Promise<unknown>, code: string | RegExp): Promise<void> {
  if (code instanceof RegExp && code.test('')) throw new Error(`${code} matches any error`);
  const error = await promise.then(
    () => null,
    (reason: Error & { code?: string }) => reason,
  );
  expect(error, `expected the refusal ${code}, but it went through`).to.not.equal(null);
  if (code instanceof RegExp) expect(error!.message).to.match(code);
  else
    expect(error instanceof TransactionFailed ? refusalOf(error) : error!.code, error!.message).to.equal(
      code,
    );
}
