import { join, relative } from 'node:path';
import { prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import { ROOT } from '../../toolchain/paths';
import { placeProgram } from './surfnet';

/**
 * Puts the binaries of all programs but those that are deployed at their addresses.
 * @param tree the copy of the repository in which they were built for other addresses
 * @throws if the validator doesn't take one
 */
export async function loadPrograms(rpcUrl: string, tree: string, deployed: readonly string[]): Promise<void> {
  for (const { name, address, soFile } of prebuiltPrograms(tree))
    if (!deployed.includes(name)) await placeProgram(rpcUrl, address, join(tree, relative(ROOT, soFile)));
}
