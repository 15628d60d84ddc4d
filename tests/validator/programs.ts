import { prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import { placeProgram } from './surfnet';

/** The program that is deployed; the others are placed. */
const DEPLOYED = 'network';

/**
 * Puts the binaries of all other programs at their declared addresses, for which nobody has the keys.
 * @throws if the validator doesn't take one
 */
export async function loadPrograms(rpcUrl: string): Promise<void> {
  for (const { name, address, soFile } of prebuiltPrograms())
    if (name !== DEPLOYED) await placeProgram(rpcUrl, address, soFile);
}
