import { address, parseOptions } from '@commonwire/sdk/node';
import type { Command } from '../command';
import { HANDOVER_USAGE, handoverOptions, runHandover } from '../handover/command';

const options = handoverOptions.extend({ to: address });

/** `commonwire transfer`. */
export const transfer: Command = {
  name: 'transfer',
  summary: 'hands a device to another owner',
  usage: `commonwire transfer --rpc URL --network ADDRESS --oracle URL --device INDEX --to ADDRESS [--keypair FILE]
                    [--leave-unpaid] [--json]

Hands a device to another owner. First pays the present one what the device has earned; then proves by the promoted
epoch's dataset, which is checked against the ledger root on chain, whose the device is. Says from which epoch on it
earns for the new owner: one that is neither posted nor cut. Until that is promoted it can't change hands again.

  --to ADDRESS       the new owner's wallet
${HANDOVER_USAGE}`,

  async run(argv, write) {
    const given = parseOptions('commonwire transfer', argv, options);
    return runHandover(given, given.to, write);
  },
};
