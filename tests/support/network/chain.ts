import { PROGRAM_ID } from '@commonwire/sdk/network';
import { steadyChain, type TestChain, type TestProgram, testChain } from '../chain';

/** The network program as a test's chain loads it. */
export const NETWORK: TestProgram = { address: PROGRAM_ID, prebuilt: 'network' };

/** The chain that tests of networks share. */
export const networkChain = (): Promise<TestChain> => testChain([NETWORK]);

/** The chain that tests of networks share where they need an exact second. */
export const steadyNetworkChain = (): Promise<TestChain> => steadyChain([NETWORK]);
