import { join, relative } from 'node:path';
import { prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import { ROOT } from '../../toolchain/paths';
import { placeProgram } from './surfnet';

/** The program that is deployed; the others are placed. */
const DEPLOYED = 'network';

/**
 * Puts the binaries of all other programs at their declared addresses, for which nobody has the keys.
 * @param tree the copy of the repository in which they may have been built anew
 * @throws if the validator doesn't take one
 */
export async function loadPrograms(rpcUrl: string, tree: string): Promise<void> {
  for (const { name, address, soFile } of prebuiltPrograms())
    if (name !== DEPLOYED) await placeProgram(rpcUrl, address, join(tree, relative(ROOT, soFile)));
}
