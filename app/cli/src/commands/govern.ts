import type { Command } from '../command';
import { COMMON_USAGE } from '../governing/action';
import { governActions } from '../governing/govern-actions';
import { actionsUsage, runAction } from '../governing/run-action';

/** `commonwire govern`. */
export const govern: Command = {
  name: 'govern',
  summary: "what a network's authority decides",
  usage: `commonwire govern ACTION --rpc URL --network ADDRESS [--keypair FILE] [--print] [--json]

Does what only the authority of a network may:

${actionsUsage(governActions)}

${COMMON_USAGE}

Where the authority is a multisig or a governance program, --print shows program, accounts and data (base64) of the
instruction that it must execute; nothing is sent then, and no key is read.`,

  run: (argv, write) => runAction('govern', governActions, argv, write),
};
