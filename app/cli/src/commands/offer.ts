import { type Command, optionsByName } from '../command';
import { actionsUsage, runAction } from '../governing/run-action';
import { MARKET_USAGE } from '../market/action';
import { offerActions } from '../market/offer-actions';

/** `commonwire offer`. */
export const offer: Command = {
  name: 'offer',
  group: 'market',
  summary: 'sells energy to neighbours, and collects what they have paid',
  usage: `commonwire offer ACTION --url URL [--keypair FILE] [--dry-run] [--print] [--json]

${actionsUsage(offerActions)}

${MARKET_USAGE}

Prices are tokens a kWh and must be whole base units a Wh. Times are dates, or times with their zone, and cut to whole
quarters of an hour. The least number that is free is taken without --id; a create that names it can be run again: it offers
once.`,
  examples: [
    'commonwire offer create --area AREA --devices 4,5 --price 0.21 --capacity 500 --until 2027-06-01',
    'commonwire offer collect --offer OFFER',
  ],
  options: optionsByName(offerActions),

  run: (argv, write) => runAction('offer', offerActions, argv, write),
};
