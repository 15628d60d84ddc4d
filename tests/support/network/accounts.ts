import { networkProgram } from '@commonwire/sdk/network';
import { namedAccounts } from '../chain';

/** An account of one of the network program's instructions, by its name. */
export const accountOf = namedAccounts(networkProgram);
