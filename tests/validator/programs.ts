import { readFileSync } from 'node:fs';
import { prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import { z } from 'zod';

/** The program that is built anew and deployed; the others are as they were committed. */
const DEPLOYED = 'network';

const written = z.object({ error: z.object({ message: z.string() }).optional() });

/**
 * Puts the committed binaries of all other programs at their declared addresses, for which nobody has the keys.
 * @throws naming the program that the validator doesn't take
 */
export async function loadPrograms(rpcUrl: string): Promise<void> {
  for (const { name, address, soFile } of prebuiltPrograms()) {
    if (name === DEPLOYED) continue;
    const params = [address, readFileSync(soFile).toString('hex'), 0];
    const response = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'surfnet_writeProgram', params }),
    });
    const { error } = written.parse(await response.json());
    if (error) throw new Error(`the validator does not take the program ${name}: ${error.message}`);
  }
}
