import { PROGRAM_ID } from '@commonwire/sdk/network';
import { GOVERNANCE_PROGRAM_ID } from '@commonwire/sdk/realm';
import { STAKE_PROGRAM_ID } from '@commonwire/sdk/stake';
import { steadyChain, type TestChain, type TestProgram } from '../chain';

/** What a DAO needs on a test's chain. */
export const DAO_PROGRAMS: readonly TestProgram[] = [
  { address: STAKE_PROGRAM_ID, prebuilt: 'stake' },
  { address: GOVERNANCE_PROGRAM_ID, prebuilt: 'realm' },
  { address: PROGRAM_ID, prebuilt: 'network' },
];

/** The chain that tests of stakes and votes share. Its time passes only by `passSeconds`. */
export const daoChain = (): Promise<TestChain> => steadyChain(DAO_PROGRAMS);
