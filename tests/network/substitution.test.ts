import { registryAddress } from '@commonwire/sdk/network';
import idl from '../../app/sdk/src/generated/network.json';
import { networkChain } from '../support/network';
import { makeCases } from '../support/network/substitution/cases';
import { setStages } from '../support/network/substitution/stages';
import type { Scene } from '../support/substitution/case';
import { refusesSubstitutes, type Welcome } from '../support/substitution/suite';

/** Accounts of which another will do, and why. Each is shown to be let through; any that isn't named here is refused. */
const WELCOME: readonly Welcome[] = [
  {
    instruction: 'register_devices',
    account: 'owner',
    by: ['a random key', "the twin's"],
    because: 'anybody may register devices, for whoever signs as their owner',
  },
  ...['register_devices', 'transfer_device', 'retire_device', 'open_page'].map((instruction) => ({
    instruction,
    account: 'payer',
    by: ['a random key', "the twin's"] as const,
    because: 'anybody may pay, who signs',
  })),
  {
    instruction: 'withdraw_fees',
    account: 'recipient',
    by: ["the twin's"],
    because: 'the authority pays fees out to whom it wants',
  },
];

/** Networks at the moments at which, between them, every instruction can succeed, and their twins. */
async function setScene(): Promise<Scene> {
  const chain = await networkChain();
  const [first, second] = await setStages(chain);
  const [cases, twins] = await Promise.all([makeCases(first), makeCases(second)]);
  const { address } = first.posted;
  return { chain, cases, twins, types: [registryAddress(address), address] };
}

describe('a wrong account in place of a right one', () => {
  refusesSubstitutes(idl, setScene, WELCOME);
});
