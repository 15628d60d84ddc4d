import { closeTestChains } from './chain';

/** Root hooks: chains outlive every file and are closed once. */
export const mochaHooks = {
  afterAll: closeTestChains,
};
