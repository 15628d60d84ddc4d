import { type Command, optionsByName } from '../command';
import { actionsUsage, runAction } from '../governing/run-action';
import { MARKET_USAGE } from '../market/action';
import { parkingActions } from '../market/parking-actions';

/** `commonwire parking`. */
export const parking: Command = {
  name: 'parking',
  group: 'market',
  summary: 'offers a parking bay, reserves one, checks in and leaves',
  usage: `commonwire parking ACTION --url URL [--keypair FILE] [--dry-run] [--print] [--json]

${actionsUsage(parkingActions)}

${MARKET_USAGE}

Times are dates, or times with their zone, such as 2027-06-01T09:30+02:00, and durations such as 45m or 2h; both are whole
quarters of an hour. A bay can be reserved up to 30 days ahead. The least number that is free is taken without --id; an offer
or reservation that names it can be run again: it is made once. An offer is cancelled, collected and closed with commonwire
offer, and what a reservation has left comes back with commonwire order close.`,
  examples: [
    'commonwire parking offer --market MARKET --device 6 --price 0.05 --until 2027-06-01',
    'commonwire parking reserve --offer OFFER --at 2027-05-03T09:30+02:00 --for 2h',
    'commonwire parking leave --order ORDER',
  ],
  options: optionsByName(parkingActions),

  run: (argv, write) => runAction('parking', parkingActions, argv, write),
};
