import { closeTestChains } from './chain';

/** Root hooks: chains outlive every file and are closed once; a test that was tried again is told. */
export const mochaHooks = {
  afterAll: closeTestChains,
  afterEach(this: Mocha.Context): void {
    const test = this.currentTest as undefined | (Mocha.Test & { currentRetry(): number });
    if (test && test.currentRetry() > 0)
      console.log(`      attempt ${test.currentRetry() + 1}: ${test.fullTitle()}`);
  },
};
