import { equal, fromHex, toHex } from '@commonwire/sdk/core';
import { cancelRuleChange, type NetworkAccount, pause, vetoEpoch } from '@commonwire/sdk/network';
import { z } from 'zod';
import { CliError } from '../errors';
import { guardianOf } from '../status/facts';
import { type Action, defineAction, type Role } from './action';

/** The root of a ledger. */
const root = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is not a root: 64 hexadecimal digits')
  .transform(fromHex);
export const rule = z.enum(
  ['policy', 'committee', 'guardian'],
  'is not one of policy, committee and guardian',
);

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
    usage: '[--as guardian|authority] [--root HEX]',
    summary: 'makes the pending epoch void if its ledger has this root, by default the one pending now',
    options: { ...options, root: root.optional() },
    roles: guards,
    prepare: async ({ account, signer, values }) => {
      const { pending } = account;
      const vetoed = values.root ?? pending?.ledgerRoot;
      if (!vetoed)
        throw new CliError(
          'nothing-pending',
          `network ${account.address} has no pending epoch: to veto one later, name its root with --root`,
        );
      return {
        instruction: vetoEpoch({ network: account.address, guard: signer, root: vetoed }),
        effects: [
          pending && equal(pending.ledgerRoot, vetoed)
            ? `epoch ${pending.epoch}, attempt ${pending.attempt}, is void: another can be posted`
            : `an epoch with root ${toHex(vetoed)} is void if it is pending when this is executed`,
        ],
      };
    },
  }),
  defineAction({
    name: 'cancel-change',
    usage: '--rule policy|committee|guardian [--as guardian|authority]',
    summary: 'withdraws a change of rules that was announced',
    options: { ...options, rule },
    roles: guards,
    prepare: async ({ account, signer, values }) => {
      if (!account.changes[values.rule])
        throw new CliError(
          'nothing-announced',
          `no change of the ${values.rule} is announced; see commonwire status`,
        );
      return {
        instruction: cancelRuleChange({ network: account.address, guard: signer, rule: values.rule }),
        effects: [`the announced ${values.rule} is withdrawn`],
      };
    },
  }),
];
