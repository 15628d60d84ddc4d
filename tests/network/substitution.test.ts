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
  ...(
    [
      ['register_devices', 'payer'],
      ['transfer_device', 'payer'],
      ['retire_device', 'payer'],
      ['open_page', 'payer'],
      ['approve_epoch', 'payer'],
      ['demand_leaf', 'demander'],
    ] as const
  ).map(([instruction, account]) => ({
    instruction,
    account,
    by: ['a random key', "the twin's"] as const,
    because: 'anybody may pay, who signs',
  })),
  ...(
    [
      ['challenge_epoch', 'challenger'],
      ['slash', 'reporter'],
      ['answer_demand', 'answerer'],
    ] as const
  ).map(([instruction, account]) => ({
    instruction,
    account,
    by: ['a random key', "the twin's"] as const,
    because: 'anybody may show what is wrong or right, who signs, and is paid for it',
  })),
  {
    instruction: 'challenge_epoch',
    account: 'page',
    by: ['left out'],
    because: 'only what a device was paid is shown by it, and this epoch is wrong without that',
  },
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
