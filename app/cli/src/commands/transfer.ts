import { address, parseOptions } from '@commonwire/sdk/node';
import type { Command } from '../command';
import { HANDOVER_USAGE, handoverOptions, runHandover } from '../handover/command';

const options = handoverOptions.extend({ to: address });

/** `commonwire transfer`. */
export const transfer: Command = {
  name: 'transfer',
  summary: 'transfers a device to another owner',
  usage: `commonwire transfer --rpc URL --network ADDRESS --oracle URL --device INDEX --to ADDRESS [--keypair FILE]
                    [--leave-unpaid] [--json]

Transfers a device to another owner. First pays the present owner what is due, then proves the ownership with the
current epoch's dataset, which is checked against the ledger root on chain. Shows the first epoch in which the device
earns for the new owner: the first one that is neither posted nor cut. Until that epoch is promoted, the device can't be
transferred again.

  --to ADDRESS       the new owner's wallet
${HANDOVER_USAGE}`,

  async run(argv, write) {
    const given = parseOptions('commonwire transfer', argv, options);
    return runHandover(given, given.to, write);
  },
};
