import { OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import type { DeviceTime } from './clock';
import { DeviceError } from './errors';

/** The facts about its network that a device needs. */
export interface DeviceNetwork {
  address: PublicKey;
  deviceTime: DeviceTime;
}

/**
 * Asks the oracles in order which network they serve and uses the first answer. An oracle of another network would just
 * reject the reports.
 * @throws DeviceError `network_unreadable` with each oracle's error, if none answers
 */
export async function fetchDeviceNetwork(oracles: readonly string[]): Promise<DeviceNetwork> {
  const failures: string[] = [];
  for (const oracle of oracles) {
    try {
      const { network, clock } = await new OracleClient(oracle).network();
      return { address: new PublicKey(network), deviceTime: clock };
    } catch (error) {
      if (!(error instanceof OracleRequestError)) throw error;
      failures.push(error.message);
    }
  }
  const what = 'no oracle answered which network it serves; check the addresses given with --oracle';
  throw new DeviceError('network_unreadable', `${what}\n  ${failures.join('\n  ')}`);
}
