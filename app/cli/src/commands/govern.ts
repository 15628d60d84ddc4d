import { type Command, optionsByName } from '../command';
import { COMMON_USAGE } from '../governing/action';
import { governActions } from '../governing/govern-actions';
import { actionsUsage, runAction } from '../governing/run-action';

/** `commonwire govern`. */
export const govern: Command = {
  name: 'govern',
  group: 'network',
  summary: "actions of a network's authority",
  usage: `commonwire govern ACTION --url URL --network ADDRESS [--keypair FILE] [--dry-run] [--print] [--json]

Actions of a network's authority; some anybody may take:

${actionsUsage(governActions)}

${COMMON_USAGE}

If the authority is a multisig or a governance program, use --print. It shows the program, accounts and data (base64) of
the instruction to execute and the whole transaction to import, sends nothing and reads no key.`,
  examples: [
    'commonwire govern set-policy --config policy.json --dry-run',
    'commonwire govern set-guardian --to GUARDIAN --print',
    'commonwire govern accept-authority --propose POOL',
  ],
  options: optionsByName(governActions),

  run: (argv, write) => runAction('govern', governActions, argv, write),
};
