import { address, DEFAULT_KEYPAIR, deviceIndex, flag, httpUrl, readKeypair } from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import type { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import { handOver } from './hand-over';
import { handedOverJson, handedOverLines } from './output';

/** The options that transferring and retiring share. */
export const handoverOptions = z.object({
  rpc: httpUrl,
  network: address,
  oracle: httpUrl,
  device: deviceIndex,
  keypair: z.string().default(DEFAULT_KEYPAIR),
  'leave-unpaid': flag,
  json: flag,
});

/** Help for these options. */
export const HANDOVER_USAGE = `  --rpc URL          RPC node of the cluster
  --network ADDRESS  the network's account
  --oracle URL       any oracle of the network
  --device INDEX     the device
  --keypair FILE     the device's owner, who pays fees and rent (default: ${DEFAULT_KEYPAIR})
  --leave-unpaid     continue if the device can't be paid now because the network is paused or its payout limit is used up
  --json             one JSON document; amounts are base units

Exit status: 0 done; 1 it can't be done, and the message says why; 2 wrong usage.`;

/** Transfers or retires a device and prints the result. @returns the exit status @throws CommonwireError */
export async function runHandover(
  given: z.output<typeof handoverOptions>,
  newOwner: PublicKey | null,
  write: (line: string) => void,
): Promise<number> {
  const owner = readKeypair(given.keypair);
  const { network, device: index } = given;
  const connection = await connect(given.rpc);
  const oracle = new OracleClient(given.oracle);
  const leaveUnpaid = given['leave-unpaid'];
  const done = await handOver({ connection, oracle, network, index, owner, newOwner, leaveUnpaid });
  const parties = { index, owner: owner.publicKey, newOwner };
  if (given.json) write(handedOverJson(done, parties));
  else for (const line of handedOverLines(done, parties)) write(line);
  return 0;
}
