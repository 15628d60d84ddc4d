import { marketProgram } from '@commonwire/sdk/market';
import { namedAccounts, type TestChain, type TestProgram, testChain } from '../chain';
import { NETWORK } from '../network';

/** The market program as a test's chain loads it. */
export const MARKET: TestProgram = { address: marketProgram.address, prebuilt: 'market' };

/** The chain that tests of markets share. */
export const marketChain = (): Promise<TestChain> => testChain([NETWORK, MARKET]);

/** Finds an account of a market's instruction by its name. */
export const marketAccountOf = namedAccounts(marketProgram);
