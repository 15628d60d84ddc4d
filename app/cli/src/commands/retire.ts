import { parseOptions } from '@commonwire/sdk/node';
import type { Command } from '../command';
import { HANDOVER_USAGE, handoverOptions, runHandover } from '../handover/command';

/** `commonwire retire`. */
export const retire: Command = {
  name: 'retire',
  group: 'device',
  summary: 'retires a device, so that it earns nothing more',
  usage: `commonwire retire --url URL --network ADDRESS --oracle URL --device INDEX [--keypair FILE] [--leave-unpaid] [--dry-run] [--json]

Retires a device for ever. First pays its owner what is due, then proves the ownership with the current epoch's dataset,
which is checked against the ledger root on chain. Shows the first epoch in which the device earns nothing: the first one
that is neither posted nor cut. Its key may be registered again, under a new index.

${HANDOVER_USAGE}`,
  examples: ['commonwire retire --device 7 --keypair owner.json'],
  options: handoverOptions,

  async run(argv, write) {
    return runHandover(parseOptions('commonwire retire', argv, handoverOptions), null, write);
  },
};
