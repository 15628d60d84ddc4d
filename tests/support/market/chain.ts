import { marketProgram } from '@commonwire/sdk/market';
import { type TestChain, type TestProgram, testChain } from '../chain';
import { NETWORK } from '../network';

/** The market program as a test's chain loads it. */
export const MARKET: TestProgram = { address: marketProgram.address, prebuilt: 'market' };

/** The chain that tests of markets share. */
export const marketChain = (): Promise<TestChain> => testChain([NETWORK, MARKET]);
