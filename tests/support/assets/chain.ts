import { assetsProgram } from '@commonwire/sdk/assets';
import { type TestChain, type TestProgram, testChain } from '../chain';
import { NETWORK } from '../network';

/** The assets program as a test's chain loads it. */
export const ASSETS: TestProgram = { address: assetsProgram.address, prebuilt: 'assets' };

/** The chain that tests of assets share. */
export const assetsChain = (): Promise<TestChain> => testChain([NETWORK, ASSETS]);
