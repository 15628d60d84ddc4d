import { parseCommitteeConfig, parsePolicyConfig } from '@commonwire/deploy';
import { requireRecipient } from '@commonwire/sdk/core';
import {
  acceptAuthority,
  epochCapOf,
  isCommitteeTightened,
  isSamePolicy,
  type NetworkAccount,
  nameCorrective,
  proposeAuthority,
  setCommittee,
  setGuardian,
  setPolicy,
  unpause,
  withdrawFees,
} from '@commonwire/sdk/network';
import { address, flag, readJson } from '@commonwire/sdk/node';
import { z } from 'zod';
import { CliError } from '../errors';
import { type Action, defineAction } from './action';
import { ends } from './announcements';
import { requireBonds } from './bonds';
import { changeActions } from './change-actions';
import { closingActions } from './closing-actions';
import { by, byAuthority } from './roles';

/** An address, or `none`. */
const addressOrNone = z.union([z.literal('none').transform(() => null), address], {
  error: 'is neither a base58 address nor none',
});
const epochOrNone = z
  .string()
  .regex(/^(none|[1-9]\d{0,18})$/, 'is neither the number of an epoch nor none')
  .transform((text) => (text === 'none' ? 0n : BigInt(text)));

const nextEpoch = ({ current }: NetworkAccount): bigint => current.epoch + 1n;

/** The actions of a network's authority, in the order of the help. */
export const governActions: readonly Action[] = [
  defineAction({
    name: 'set-policy',
    usage: '--config FILE',
    summary: 'replaces the policy with the one in FILE, a configuration like migrations/network.example.json',
    options: { config: z.string() },
    roles: byAuthority,
    prepare: async (request) => {
      const { account, values } = request;
      const policy = parsePolicyConfig(
        readJson(values.config),
        epochCapOf(account.emission, nextEpoch(account)),
      );
      return {
        instruction: setPolicy({ ...by(request), policy }),
        // The same policy still withdraws one that is announced.
        unchanged: isSamePolicy(account.policy, policy) && !account.changes.policy,
        next: (after) => ends(after, 'policy'),
      };
    },
  }),
  defineAction({
    name: 'set-committee',
    usage: '--config FILE [--depositor ADDRESS ...]',
    summary: "replaces the committee with the one in FILE; --depositor: who deposited an oracle's bond",
    options: { config: z.string(), depositor: z.array(address).default([]) },
    roles: byAuthority,
    prepare: async (request) => {
      const { connection, account, signer, values } = request;
      const { threshold, keys: oracles } = parseCommitteeConfig(readJson(values.config));
      const keys = oracles.map((key) => key.toBytes());
      const waits = !isCommitteeTightened(account, threshold, keys);
      const isAnnounced = waits && account.floors.changeDelaySeconds > 0;
      const depositors = [...values.depositor, signer];
      const bonds = isAnnounced ? [] : await requireBonds(connection, account, oracles, depositors);
      return {
        instruction: setCommittee({ ...by(request), threshold, keys, bonds }),
        next: (after) => ends(after, 'committee'),
      };
    },
  }),
  defineAction({
    name: 'set-guardian',
    usage: '--to ADDRESS|none',
    summary: 'sets the guardian, who may pause and veto, but never pay',
    options: { to: addressOrNone },
    roles: byAuthority,
    prepare: async (request) => ({
      instruction: setGuardian({ ...by(request), guardian: request.values.to }),
      next: (after) => ends(after, 'guardian'),
    }),
  }),
  defineAction({
    name: 'propose-authority',
    usage: '--to ADDRESS|none',
    summary: 'first step of changing the authority; none withdraws the proposal',
    options: { to: addressOrNone },
    roles: byAuthority,
    prepare: async (request) => ({
      instruction: proposeAuthority({ ...by(request), proposed: request.values.to }),
    }),
  }),
  defineAction({
    name: 'accept-authority',
    usage: '',
    summary: 'second step, taken by the proposed authority',
    options: {},
    roles: ({ address: network, authority, proposedAuthority }) => {
      if (proposedAuthority) return [{ name: 'proposed authority', address: proposedAuthority }];
      throw new CliError(
        'not-proposed',
        `no authority is proposed for network ${network}: its authority ${authority} must first run ` +
          'commonwire govern propose-authority',
      );
    },
    prepare: async (request) => ({
      instruction: acceptAuthority(by(request)),
    }),
  }),
  defineAction({
    name: 'name-corrective',
    usage: '--epoch NUMBER|none',
    summary: 'lets one future epoch take back what devices earned wrongly',
    options: { epoch: epochOrNone },
    roles: byAuthority,
    prepare: async (request) => ({
      instruction: nameCorrective({ ...by(request), epoch: request.values.epoch }),
    }),
  }),
  defineAction({
    name: 'unpause',
    usage: '',
    summary: "ends a pause; the guardian's once it has lasted as long as a change of rules waits",
    options: {},
    roles: byAuthority,
    prepare: async (request) => ({
      instruction: unpause({ network: request.account.address, guard: request.account.authority }),
    }),
  }),
  defineAction({
    name: 'withdraw-fees',
    usage: '[--to ADDRESS] [--allow-any-address]',
    summary: 'pays out registration fees and slashed bonds, by default to the authority',
    options: { to: address.optional(), 'allow-any-address': flag },
    roles: byAuthority,
    prepare: async (request) => {
      const { connection, signer, values } = request;
      const recipient = values.to ?? signer;
      if (values.to && !values['allow-any-address'])
        await requireRecipient(connection, values.to, {
          option: '--to',
          mayBeVault: true,
          override: '--allow-any-address',
        });
      return {
        instruction: withdrawFees({ ...by(request), recipient }),
      };
    },
  }),
  ...changeActions,
  ...closingActions,
];
