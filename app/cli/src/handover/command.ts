import { deviceIndex, flag, oracleUrl, Signing, signingUsage } from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import type { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { DRY_RUN_USAGE, printTransactions, readSigning, sendingOptions } from '../print';
import { handOver, printHandOver } from './hand-over';
import { handedOverJson, handedOverLines } from './output';

/** The options that transferring and retiring share. */
export const handoverOptions = z.object({
  ...networkOptions,
  ...sendingOptions,
  oracle: oracleUrl,
  device: deviceIndex,
  'leave-unpaid': flag,
});

/** Help for these options. */
export const HANDOVER_USAGE = `${NETWORK_USAGE}
  --oracle URL       any oracle of the network
  --device INDEX     the device
${signingUsage("the device's owner, who pays fees and rent")}
${DRY_RUN_USAGE}
  --leave-unpaid     continue if the device can't be paid now because the network is paused or its payout limit is used up
${JSON_USAGE}`;

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
  const dryRun = given['dry-run'];
  if (given.print || dryRun) {
    const { owner, transactions, effects, watched } = await printHandOver(request, (signer) =>
      readSigning(given, signer),
    );
    return printTransactions({
      ...{ signing: owner, connection, transactions, effects, json, dryRun, watched, write },
    });
  }
  const signing = Signing.read(given);
  const done = await handOver({ ...request, signing });
  const parties = { index, owner: signing.signer, newOwner };
  if (json) write(handedOverJson(done, parties));
  else for (const line of handedOverLines(done, parties)) write(line);
  return 0;
}
