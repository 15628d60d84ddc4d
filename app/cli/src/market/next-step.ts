const see = 'see commonwire market show';
const changed = `it has changed meanwhile; ${see}`;
/** What only a wrong client meets: the commands name these accounts themselves. */
const mismatch =
  'the accounts do not belong together: check that this version of the software is that of the program';
const leaf = "do not settle it: tell the network's oracles, whose leaf goes beyond what was agreed";

/** The next step for codes of the market program. */
export const MARKET_STEPS: Readonly<Record<string, string>> = {
  'bad-fees': "change --fee to 50 at most; --burn is for a market in its network's reward token",
  'bad-late-window': 'change --late-window to a time from 2h to 7d',
  'bad-role': 'name an authority or operator that has a key',
  'bad-mint': 'change --mint: it is not a token on this cluster',
  'unsupported-extension': 'take a token without this extension',
  'wrong-token-program': mismatch,
  'wrong-vault': mismatch,
  'wrong-mint': mismatch,
  'wrong-network': 'change --network: it is not a network on this cluster',
  'wrong-address': `one is there already: give another --id or place, or ${see}`,
  'not-authority': changed,
  'not-proposed': changed,
  'not-operator': changed,
  'not-owner': changed,
  'wrong-area': mismatch,
  'wrong-meter': "the area's operator must admit this meter first: commonwire meter admit",
  'wrong-account': mismatch,
  'bad-area': 'change --cell, --loss or --uses',
  'not-served': `choose an area that serves this use; ${see}`,
  'not-admitted': "the area's operator must admit this meter again, 30 days after it was removed",
  'already-removed': `it counts no longer; ${see}`,
  'meter-in-use': 'close it 30 days after it was removed',
  'bad-terms': 'give prices, units and budgets above 0 whose sums stay below 2^64',
  'bad-time': 'give a --from and --until with a whole quarter of an hour between, within a year',
  'already-over': `nothing is left to cancel; ${see}`,
  paused: 'wait until the network goes on: commonwire status',
  'wrong-proof': 'a new epoch was promoted meanwhile: take its leaves',
  'leaf-behind': 'a later epoch has been settled: take the leaves of the current one',
  'above-budget': leaf,
  'above-price': leaf,
  'above-capacity': leaf,
  'below-ask': leaf,
  'nothing-to-settle': 'somebody else has settled it',
  'still-open': `${see}, which says from when it can be closed`,
  'not-absent': 'take the leaves of the current epoch',
  'still-owed': 'settle the orders of its area with commonwire market settle, and collect',
  'nothing-due': 'somebody else has collected it, or nothing was settled yet',
  'wrong-fee-recipient': 'the authority names one with commonwire market set-fees --recipient',
  'wrong-destination': mismatch,
  'wrong-payer': mismatch,
  'wrong-offer': 'it was closed, and perhaps made anew: choose another offer with commonwire market list',
  'price-too-low': changed,
  'wrong-use': `it is of another use; ${see}`,
  'not-driver':
    "let the order's consumer or its session key do it; others end a reservation once nobody has come for a quarter of an hour, or its time is over",
  'already-reserved': 'cancel what it has reserved first, or reserve without --order',
  'nothing-reserved': `somebody has ended it; ${see}`,
  'reservation-past': 'begin now or later',
  'reservation-too-far': 'reserve no more than 30 days ahead',
  'bay-taken': 'choose another time or bay: commonwire parking calendar shows what is free',
  'reservation-outside': `choose a time within that of the bay and the order; ${see}`,
  'reservation-over-budget': 'reserve less, or without --order',
  'check-in-too-early': 'check in once the reserved time has begun',
  'check-in-too-late': 'reserve anew: what was reserved ended a quarter of an hour after its start',
  'already-checked-in': 'nothing: the driver is there',
  'still-reserved': 'end its reservation first: commonwire parking cancel, leave or end',
  overflow: 'give a smaller amount',
};

/** The next step after the program refused with `code`. */
export const marketStep = (code: string): string =>
  MARKET_STEPS[code] ??
  'check that the payer has SOL for fees and rent, that the wallet has the tokens, and the market with commonwire market show';
