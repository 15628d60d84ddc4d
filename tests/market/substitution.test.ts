import idl from '../../app/sdk/src/generated/market.json';
import { marketChain } from '../support/market';
import { makeCases, setStages } from '../support/market/substitution';
import type { Scene } from '../support/substitution/case';
import { refusesSubstitutes, type Welcome } from '../support/substitution/suite';

/** Accounts of which another will do, and why. Each is shown to be let through; any that isn't named here is refused. */
const WELCOME: readonly Welcome[] = [
  {
    instruction: 'create_market',
    account: 'network',
    by: ["the twin's"],
    because: 'a market names any network, and needs nobody’s consent',
  },
  {
    instruction: 'create_area',
    account: 'payer',
    by: ['a random key', "the twin's"],
    because: 'anybody may pay, who signs',
  },
  {
    instruction: 'create_order',
    account: 'offer',
    by: ['left out', 'read only'],
    because: 'an order in an area names no offer: the program’s own address stands for it',
  },
];

/** Markets in which, at one moment, every instruction can succeed. */
async function setScene(): Promise<Scene> {
  const chain = await marketChain();
  const [first, second] = await setStages(chain);
  const [cases, twins] = [await makeCases(first), await makeCases(second)];
  return { chain, cases, twins, types: [first.bought, first.market.address] };
}

describe('a wrong account in place of a right one of a market', () => {
  refusesSubstitutes(idl, setScene, WELCOME);
});
