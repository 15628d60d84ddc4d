import { deviceIndex, flag, oracleUrl, Signing, signingOptions, signingUsage } from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import type { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { printTransactions } from '../print';
import { handOver, printHandOver } from './hand-over';
import { handedOverJson, handedOverLines } from './output';

/** The options that transferring and retiring share. */
export const handoverOptions = z.object({
  ...networkOptions,
  ...signingOptions,
  oracle: oracleUrl,
  device: deviceIndex,
  'leave-unpaid': flag,
});

/** Help for these options. */
export const HANDOVER_USAGE = `${NETWORK_USAGE}
  --oracle URL       any oracle of the network
  --device INDEX     the device
${signingUsage("the device's owner, who pays fees and rent")}
  --leave-unpaid     continue if the device can't be paid now because the network is paused or its payout limit is used up
${JSON_USAGE}

Exit status: 0 done; 1 it can't be done, and the message says why; 2 wrong usage.`;

/** Transfers or retires a device and prints the result. @returns the exit status @throws CommonwireError */
export async function runHandover(
  given: z.output<typeof handoverOptions>,
  newOwner: PublicKey | null,
  write: (line: string) => void,
): Promise<number> {
  const { network, device: index, json } = given;
  const connection = await connect(given.url);
  const request = {
    connection,
    oracle: new OracleClient(given.oracle),
    network,
    index,
    newOwner,
    leaveUnpaid: given['leave-unpaid'],
  };
  if (given.print) {
    const { owner, transactions, effects } = await printHandOver(request, (signer) =>
      Signing.read(given, signer),
    );
    return printTransactions({ signing: owner, connection, transactions, effects, json, write });
  }
  const signing = Signing.read(given);
  const done = await handOver({ ...request, signing });
  const parties = { index, owner: signing.signer, newOwner };
  if (json) write(handedOverJson(done, parties));
  else for (const line of handedOverLines(done, parties)) write(line);
  return 0;
}
