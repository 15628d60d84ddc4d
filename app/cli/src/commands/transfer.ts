import { address, flag, parseOptions } from '@commonwire/sdk/node';
import type { Command } from '../command';
import { connect } from '../connect';
import { HANDOVER_USAGE, handoverOptions, runHandover } from '../handover/command';
import { requireNewOwner } from '../handover/new-owner';

const options = handoverOptions.extend({ to: address, 'allow-any-address': flag });

/** `commonwire transfer`. */
export const transfer: Command = {
  name: 'transfer',
  group: 'device',
  summary: 'transfers a device to another owner',
  usage: `commonwire transfer --url URL --network ADDRESS --oracle URL --device INDEX --to ADDRESS [--keypair FILE]
                    [--leave-unpaid] [--allow-any-address] [--dry-run] [--json]

Transfers a device to another owner. First pays the present owner what is due, then proves the ownership with the
current epoch's dataset, which is checked against the ledger root on chain. Shows the first epoch in which the device
earns for the new owner: the first one that is neither posted nor cut. Until that epoch is promoted, the device can't be
transferred again.

  --to ADDRESS       the new owner's wallet, or an asset that shares out the network's token
  --allow-any-address  even if --to is not a wallet's own address; that of a multisig's vault needs it too
${HANDOVER_USAGE}`,
  examples: [
    'commonwire transfer --device 7 --to BUYER --dry-run',
    'commonwire transfer --device 7 --to BUYER --print',
  ],
  options,

  async run(argv, write) {
    const given = parseOptions('commonwire transfer', argv, options);
    const { to } = given;
    if (!given['allow-any-address']) await requireNewOwner(await connect(given.url), given.network, to);
    return runHandover(given, to, write);
  },
};
