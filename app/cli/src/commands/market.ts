import { type Command, optionsByName } from '../command';
import { actionsUsage, runAction } from '../governing/run-action';
import { marketActions } from '../market';
import { MARKET_USAGE } from '../market/action';

/** `commonwire market`. */
export const market: Command = {
  name: 'market',
  group: 'market',
  summary: 'makes and governs markets, settles what was used, shows them, and clears books offline',
  usage: `commonwire market ACTION --url URL [--keypair FILE] [--dry-run] [--print] [--json]

${actionsUsage(marketActions)}

${MARKET_USAGE}

settle ADDRESS asks an oracle what this order or offer has used. Its answer must lead to the usage root that is on chain. An
offer is paid what orders of its area have paid: settle them first.

settle --usage takes what the orders and offers of the network's current epoch have used, as JSON: {"usage": [{"side", "account",
"birth", "counterparty", "units", "amount"}, ...]} with all leaves of the epoch, numbers in decimal text. This is what clear
--book FILE --json prints. The root of these leaves must be the one that the oracles have posted.

clear sends and reads nothing. As many units trade as find a bid that is not below its ask. The price is half way between the
lowest and the highest at which just these trade, rounded down: no ask filled nor bid left out lies above it, no bid filled
nor ask left out below, but by that rounding. Orders of one price share what is left for them by their units. Of its options,

  --bids LIST        is what is wanted: units and the most that is paid for each, such as 10@30,5@20; '' for none
  --asks LIST        is what is offered: units and the least that is taken for each
  --book FILE        has areas with their meters, offers and orders, and what was metered, in JSON instead: every interval that
                     an epoch with its \`cut_time\` clears; docs/verification/market.md has its form`,
  examples: [
    'commonwire market create --mint MINT --fee 2 --recipient ACCOUNT',
    'commonwire market show MARKET',
    'commonwire market settle ORDER --oracle http://127.0.0.1:8701',
    'commonwire market settle --market MARKET --usage usage.json',
    'commonwire market clear --bids 10@30,5@20 --asks 12@18',
  ],
  options: optionsByName(marketActions),

  run: (argv, write) => runAction('market', marketActions, argv, write),
};
