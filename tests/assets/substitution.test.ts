import idl from '../../app/sdk/src/generated/assets.json';
import { assetsChain } from '../support/assets';
import { makeCases } from '../support/assets/substitution/cases';
import { setStages } from '../support/assets/substitution/stages';
import type { Scene } from '../support/substitution/case';
import { refusesSubstitutes, type Welcome } from '../support/substitution/suite';

/** Accounts of which another will do, and why. Each is shown to be let through; any that isn't named here is refused. */
const WELCOME: readonly Welcome[] = [
  ...(['register_devices', 'retire_device', 'set_permit', 'stake_shares'] as const).map((instruction) => ({
    instruction,
    account: 'payer',
    by: ['a random key', "the twin's"] as const,
    because: 'anybody may pay, who signs',
  })),
  {
    instruction: 'register_devices',
    account: 'record',
    by: [
      'a random key',
      "the twin's",
      'another account type',
      "another program's account with the same data",
    ],
    because: 'only retiring looks at it',
  },
  ...(['shares', 'stake'] as const).map((account) => ({
    instruction: 'sync_permit',
    account,
    by: ['left out'] as const,
    because: 'a wallet may have only one of the two, and anybody may sync the other',
  })),
];

/** Assets at the moments at which, between them, every instruction can succeed, and their twins. */
async function setScene(): Promise<Scene> {
  const chain = await assetsChain();
  const [first, second] = await setStages(chain);
  const [cases, twins] = [await makeCases(first), await makeCases(second)];
  const { address } = first.owned;
  const stake = (await first.owned.stakeOf(first.holder)).address;
  return { chain, cases, twins, types: [stake, address] };
}

describe('a wrong account in place of a right one of an asset', () => {
  refusesSubstitutes(idl, setScene, WELCOME);
});
