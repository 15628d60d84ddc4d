import { applyRuleChange } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';
import { type Action, defineAction } from './action';
import { requireBonds } from './bonds';
import { rule } from './guard-actions';
import { anybody } from './roles';

/** The action that ends an announced change's delay. */
export const changeActions: readonly Action[] = [
  defineAction({
    name: 'apply-change',
    usage: '--rule policy|committee|guardian',
    summary: 'applies a change of rules that was announced, once its delay is over; anybody may',
    options: { rule },
    roles: anybody,
    prepare: async ({ connection, account, values }) => {
      const { address: network, changes } = account;
      if (!changes[values.rule])
        throw new CliError(
          'nothing-announced',
          `no change of the ${values.rule} is announced; see commonwire status`,
        );
      const keys = changes.committee?.keys.map((key) => new PublicKey(key)) ?? [];
      const bonds = values.rule === 'committee' ? await requireBonds(connection, account, keys) : [];
      return { instruction: applyRuleChange({ network, rule: values.rule, bonds }) };
    },
  }),
];
