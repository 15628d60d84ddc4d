import { type NetworkAccount, pause, vetoEpoch } from '@commonwire/sdk/network';
import { z } from 'zod';
import { CliError } from '../errors';
import { guardianOf } from '../status/facts';
import { type Action, defineAction, type Role } from './action';

const options = {
  as: z.enum(['guardian', 'authority'], { error: 'is neither guardian nor authority' }).optional(),
};

/** Returns the guardian, if there is one, and the authority; only one of them with `--as`. */
function guards(account: NetworkAccount, values: { as?: string | undefined }): Role[] {
  const { address, authority } = account;
  const guardian = guardianOf(account);
  const roles = [
    ...(guardian ? [{ name: 'guardian', address: guardian }] : []),
    { name: 'authority', address: authority },
  ].filter(({ name }) => name === (values.as ?? name));
  if (roles.length > 0) return roles;
  throw new CliError(
    'no-guardian',
    `network ${address} has no guardian: its authority ${authority} can set one with commonwire govern set-guardian`,
  );
}

/** The actions of a network's guardian and authority, in the order of the help. */
export const guardActions: readonly Action[] = [
  defineAction({
    name: 'pause',
    usage: '[--as guardian|authority]',
    summary: "stops posting, promoting and settling; the guardian's pause lapses after 7 days",
    options,
    roles: guards,
    prepare: async ({ account, signer }) => ({
      instruction: pause({ network: account.address, guard: signer }),
      effects: [
        signer.equals(account.authority)
          ? 'paused until the authority runs commonwire govern unpause'
          : 'paused for 7 days, unless the authority ends the pause or extends it',
      ],
    }),
  }),
  defineAction({
    name: 'veto',
    usage: '[--as guardian|authority]',
    summary: 'makes the pending epoch void; the guardian can do it twice for one epoch',
    options,
    roles: guards,
    prepare: async ({ account, signer }) => ({
      instruction: vetoEpoch({ network: account.address, guard: signer }),
      effects: [
        account.pending
          ? `epoch ${account.pending.epoch}, attempt ${account.pending.attempt}, is void: another can be posted`
          : 'nothing is pending now: this makes void whichever epoch is pending when it is executed',
      ],
    }),
  }),
];
