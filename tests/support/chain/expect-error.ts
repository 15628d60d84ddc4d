import { expect } from 'chai';

/** Requires the promise to be rejected with an error of this stable `code`, or one whose message matches. */
export async function expectError(promise: Promise<unknown>, code: string | RegExp): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: Error & { code?: string }) => reason,
  );
  expect(error, `expected the refusal ${code}, but it went through`).to.not.equal(null);
  if (typeof code === 'string') expect(error!.code, error!.message).to.equal(code);
  else expect(`${error!.message} ${(error as { logs?: string[] }).logs?.join(' ') ?? ''}`).to.match(code);
}
