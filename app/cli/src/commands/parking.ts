import { type Command, optionsByName } from '../command';
import { actionsUsage, runAction } from '../governing/run-action';
import { MARKET_USAGE } from '../market/action';
import { parkingActions } from '../market/parking';

/** `commonwire parking`. */
export const parking: Command = {
  name: 'parking',
  group: 'market',
  summary: 'offers bays, shows when they are free, and reserves them by the quarter of an hour',
  usage: `commonwire parking ACTION --url URL [--keypair FILE] [--dry-run] [--print] [--json]

${actionsUsage(parkingActions)}

${MARKET_USAGE}

Prices are tokens a minute. Times are dates in UTC, or times with their offset, such as 2027-03-31T18:00+02:00; a reservation
covers each quarter of an hour that it touches. They are shown in UTC and in the zone of --zone NAME, such as Europe/Berlin, or
of this machine. An offer, too, is cancelled, collected and closed with commonwire offer, and an order closed with commonwire
order.`,
  examples: [
    'commonwire parking offer --market MARKET --device 3 --price 0.05 --until 2027-06-01',
    'commonwire parking calendar OFFER --days 3 --zone Europe/Berlin',
    'commonwire parking reserve --offer OFFER --from 2027-03-31T18:00+02:00 --until 2027-03-31T20:00+02:00',
    'commonwire parking check-in --order ORDER',
    'commonwire parking leave --order ORDER',
  ],
  options: optionsByName(parkingActions),

  run: (argv, write) => runAction('parking', parkingActions, argv, write),
};
