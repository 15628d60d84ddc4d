import { type Command, optionsByName } from '../command';
import { actionsUsage, runAction } from '../governing/run-action';
import { MARKET_USAGE } from '../market/action';
import { areaActions } from '../market/area-actions';

/** `commonwire area`. */
export const area: Command = {
  name: 'area',
  group: 'market',
  summary: "opens a market's areas and names their operators",
  usage: `commonwire area ACTION --url URL [--keypair FILE] [--dry-run] [--print] [--json]

${actionsUsage(areaActions)}

${MARKET_USAGE}

An area is an H3 cell, of resolution 8 where its position is given. LIST is of energy, bandwidth, parking and ride; default
is energy. Place, loss and uses never change.`,
  examples: [
    'commonwire area create --market MARKET --latitude 52.52 --longitude 13.405 --operator OPERATOR',
    'commonwire area operator --area AREA --to OPERATOR',
  ],
  options: optionsByName(areaActions),

  run: (argv, write) => runAction('area', areaActions, argv, write),
};
