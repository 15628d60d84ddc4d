import { type Command, optionsByName } from '../command';
import { actionsUsage, runAction } from '../governing/run-action';
import { MARKET_USAGE } from '../market/action';
import { orderActions } from '../market/order-actions';

/** `commonwire order`. */
export const order: Command = {
  name: 'order',
  group: 'market',
  summary: 'buys energy of neighbours, within a budget in escrow',
  usage: `commonwire order ACTION --url URL [--keypair FILE] [--dry-run] [--print] [--json]

${actionsUsage(orderActions)}

${MARKET_USAGE}

Prices are tokens a kWh and must be whole base units a Wh. Times are dates, or times with their zone, and cut to whole
quarters of an hour. The least number that is free is taken without --id; a create that names it can be run again: it orders
once. FILE has the leaves of the network's current epoch: see commonwire market --help.`,
  examples: [
    'commonwire order create --area AREA --device 6 --price 0.30 --budget 20 --until 2027-06-01',
    'commonwire order close --order ORDER --usage usage.json',
  ],
  options: optionsByName(orderActions),

  run: (argv, write) => runAction('order', orderActions, argv, write),
};
