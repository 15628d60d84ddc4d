import { type Command, optionsByName } from '../command';
import { actionsUsage, runAction } from '../governing/run-action';
import { MARKET_USAGE } from '../market/action';
import { meterActions } from '../market/area-actions';

/** `commonwire meter`. */
export const meter: Command = {
  name: 'meter',
  group: 'market',
  summary: 'admits the meters that count in an area, and removes them',
  usage: `commonwire meter ACTION --url URL [--keypair FILE] [--dry-run] [--print] [--json]

${actionsUsage(meterActions)}

${MARKET_USAGE}

N is the index of the meter in the network's registry, which it was given when it was registered.`,
  examples: ['commonwire meter admit --area AREA --device 4'],
  options: optionsByName(meterActions),

  run: (argv, write) => runAction('meter', meterActions, argv, write),
};
