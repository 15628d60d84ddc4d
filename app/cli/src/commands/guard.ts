import type { Command } from '../command';
import { COMMON_USAGE } from '../governing/action';
import { guardActions } from '../governing/guard-actions';
import { actionsUsage, runAction } from '../governing/run-action';

/** `commonwire guard`. */
export const guard: Command = {
  name: 'guard',
  summary: "what a network's guardian can stop",
  usage: `commonwire guard ACTION --rpc URL --network ADDRESS [--keypair FILE] [--print] [--json]

Does what the guardian of a network may, and its authority as well:

${actionsUsage(guardActions)}

${COMMON_USAGE}
  --as ROLE          whose key it is, or for whom to print; default: either key, and the guardian to print for`,

  run: (argv, write) => runAction('guard', guardActions, argv, write),
};
