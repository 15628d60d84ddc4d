import idl from '../../app/sdk/src/generated/stake.json';
import { daoChain } from '../support/dao';
import { makeCases, openVote, setStages } from '../support/dao/substitution';
import type { Scene } from '../support/substitution/case';
import { refusesSubstitutes, type Welcome } from '../support/substitution/suite';

/** Accounts of which another will do, and why. Each is shown to be let through; any that isn't named here is refused. */
const WELCOME: readonly Welcome[] = [
  {
    instruction: 'create_pool',
    account: 'payer',
    by: ['a random key', "the twin's"],
    because: 'anybody may pay, who signs',
  },
  {
    instruction: 'weigh_action',
    account: 'target',
    by: [
      'a random key',
      "the twin's",
      'another account type',
      "another program's account with the same data",
    ],
    because: 'the record names its target, and SPL Governance requires that it is the right one',
  },
];

async function setScene(): Promise<Scene> {
  const chain = await daoChain();
  const [first, second] = [await setStages(chain), await setStages(chain)];
  await openVote(first);
  await openVote(second);
  const { dao, member } = first;
  return {
    chain,
    cases: makeCases(first),
    twins: makeCases(second),
    types: [dao.pool, dao.at(member, 0n)],
  };
}

describe('stake: a wrong account in place of a right one', () => {
  refusesSubstitutes(idl, setScene, WELCOME);
});
