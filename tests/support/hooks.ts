import { closeTestChain } from './chain';

/** Root hooks: the chain outlives every file and is closed once. */
export const mochaHooks = {
  afterAll: closeTestChain,
};
