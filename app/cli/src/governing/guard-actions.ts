import { fromHex } from '@commonwire/sdk/core';
import {
  cancelRuleChange,
  type NetworkAccount,
  pause,
  type Rule,
  unpause,
  vetoEpoch,
  withdrawnEffects,
} from '@commonwire/sdk/network';
import { z } from 'zod';
import { CliError } from '../errors';
import { guardianOf } from '../status/facts';
import { type Action, defineAction } from './action';
import type { Role } from './roles';

/** The root of a ledger. */
const root = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is not a root: 64 hexadecimal digits')
  .transform(fromHex);
export const rule = z.enum(
  ['policy', 'committee', 'guardian'],
  'is not one of policy, committee and guardian',
);
const withdrawable = z.enum(
  [...rule.options, 'corrective', 'closing'],
  'is not one of policy, committee, guardian, corrective and closing',
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

const NOTHING: Readonly<Record<Rule, string>> = {
  policy: 'no change of the policy is announced',
  committee: 'no change of the committee is announced',
  guardian: 'no change of the guardian is announced',
  corrective: 'no corrective epoch is named',
  closing: 'the network is not closing',
};

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
      };
    },
  }),
  defineAction({
    name: 'unpause',
    usage: '[--as guardian|authority]',
    summary: "ends the guardian's own pause; govern unpause ends the authority's",
    options,
    roles: guards,
    prepare: async ({ account, signer }) => ({
      instruction: unpause({ network: account.address, guard: signer }),
    }),
  }),
  defineAction({
    name: 'cancel-change',
    usage: '--rule policy|committee|guardian|corrective|closing [--as guardian|authority]',
    summary:
      'withdraws an announced change of rules, a corrective epoch that nobody can have signed, or a closing that is not finished',
    options: { ...options, rule: withdrawable },
    roles: guards,
    prepare: async ({ account, signer, values }) => {
      if (withdrawnEffects(account, values.rule).length === 0)
        throw new CliError('nothing-announced', `${NOTHING[values.rule]}; see commonwire status`);
      return {
        instruction: cancelRuleChange({ network: account.address, guard: signer, rule: values.rule }),
      };
    },
  }),
];
