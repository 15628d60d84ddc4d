import { type Command, optionsByName } from '../command';
import { COMMON_USAGE } from '../governing/action';
import { guardActions } from '../governing/guard-actions';
import { actionsUsage, runAction } from '../governing/run-action';

/** `commonwire guard`. */
export const guard: Command = {
  name: 'guard',
  group: 'network',
  summary: "actions of a network's guardian",
  usage: `commonwire guard ACTION --url URL --network ADDRESS [--keypair FILE] [--dry-run] [--print] [--json]

Actions that a network's guardian and its authority may take:

${actionsUsage(guardActions)}

${COMMON_USAGE}
  --as ROLE          the role that signs; default: the one that the key has, or guardian with --print`,
  examples: ['commonwire guard pause', 'commonwire guard veto --print'],
  options: optionsByName(guardActions),

  run: (argv, write) => runAction('guard', guardActions, argv, write),
};
