import { parseCommitteeConfig, parsePolicyConfig } from '@commonwire/deploy';
import { equal, requireRecipient } from '@commonwire/sdk/core';
import {
  acceptAuthority,
  applyRuleChange,
  closeNetwork,
  epochCapOf,
  finishClose,
  isLoosened,
  type NetworkAccount,
  nameCorrective,
  proposeAuthority,
  setCommittee,
  setGuardian,
  setPolicy,
  unpause,
  vaultAddress,
  withdrawFees,
  withdrawSurplus,
} from '@commonwire/sdk/network';
import { address, flag, readJson } from '@commonwire/sdk/node';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { CliError } from '../errors';
import { time } from '../format';
import { guardianOf } from '../status/facts';
import { type Action, defineAction, type Role } from './action';
import { requireBonds } from './bonds';
import { rule } from './guard-actions';
import { policyChanges } from './policy-changes';

/** No role is needed: the program takes these from anybody. */
const anybody = (): Role[] => [];

const byAuthority = ({ authority }: NetworkAccount): Role[] => [{ name: 'authority', address: authority }];

/** The network and the signer, as instructions take them. */
const by = ({ account, signer }: { account: NetworkAccount; signer: PublicKey }) => ({
  network: account.address,
  authority: signer,
});

/** An address, or `none`. */
const addressOrNone = z.union([z.literal('none').transform(() => null), address], {
  error: 'is neither a base58 address nor none',
});
const epochOrNone = z
  .string()
  .regex(/^(none|[1-9]\d{0,18})$/, 'is neither the number of an epoch nor none')
  .transform((text) => (text === 'none' ? 0n : BigInt(text)));
const named = (who: PublicKey | null): string => who?.toBase58() ?? 'nobody';

const nextEpoch = ({ current }: NetworkAccount): bigint => current.epoch + 1n;

/** Seconds that a change which loosens a rule waits. */
const delayOf = ({ floors }: NetworkAccount): number => floors.changeDelaySeconds;

/** Says what a change that loosens a rule waits for. */
const waiting = (account: NetworkAccount, loosens: boolean): string[] =>
  loosens && delayOf(account) > 0
    ? [
        `announced: anyone can apply it after ${delayOf(account)} s, and the guardian can cancel it until then`,
      ]
    : [];

/** Whether a committee takes effect at once: the first one, or fewer of the present members with no lower threshold. */
const isTightened = (
  { committee: { version, threshold: present, keys: members } }: NetworkAccount,
  threshold: number,
  keys: readonly Uint8Array[],
): boolean =>
  version === 0 ||
  (threshold >= present && keys.every((key) => members.some((member) => equal(member, key))));

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
      const instruction = setPolicy({ ...by(request), policy });
      return {
        instruction,
        effects: [
          ...policyChanges(account.policy, policy),
          ...waiting(account, isLoosened(account.policy, policy)),
        ],
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
      const waits = !isTightened(account, threshold, keys);
      const depositors = [...values.depositor, signer];
      const bonds =
        delayOf(account) > 0 && waits ? [] : await requireBonds(connection, account, oracles, depositors);
      const instruction = setCommittee({ ...by(request), threshold, keys, bonds });
      const { version, keys: before } = account.committee;
      const change = `${account.committee.threshold} of ${before.length} -> ${threshold} of ${keys.length}`;
      return {
        instruction,
        effects: [`committee version ${version} -> ${version + 1}: ${change}`, ...waiting(account, waits)],
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
      effects: [
        `guardian ${named(guardianOf(request.account))} -> ${named(request.values.to)}`,
        ...waiting(request.account, guardianOf(request.account) !== null),
      ],
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
      effects: [
        `proposed ${named(request.account.proposedAuthority)} -> ${named(request.values.to)}; ` +
          `${request.account.authority} stays the authority until the proposed one runs accept-authority`,
      ],
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
      effects: [`authority ${request.account.authority} -> ${request.signer}`],
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
      effects: [`corrective epoch ${request.account.correctiveEpoch} -> ${request.values.epoch} (0: none)`],
    }),
  }),
  defineAction({
    name: 'unpause',
    usage: '',
    summary: "ends a pause, including the guardian's",
    options: {},
    roles: byAuthority,
    prepare: async (request) => ({ instruction: unpause(by(request)), effects: ['the pause ends'] }),
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
        effects: [`all fees go to ${recipient}`],
      };
    },
  }),
  defineAction({
    name: 'apply-change',
    usage: '--rule policy|committee|guardian',
    summary: 'applies a change of rules that was announced, once its delay is over; anybody can',
    options: { rule },
    roles: anybody,
    prepare: async ({ connection, account, values }) => {
      const { address: network, changes } = account;
      const announced = changes[values.rule];
      if (!announced)
        throw new CliError(
          'nothing-announced',
          `no change of the ${values.rule} is announced; see commonwire status`,
        );
      const keys = changes.committee?.keys.map((key) => new PublicKey(key)) ?? [];
      const bonds = values.rule === 'committee' ? await requireBonds(connection, account, keys) : [];
      return {
        instruction: applyRuleChange({ network, rule: values.rule, bonds }),
        effects: [`the ${values.rule} announced for ${time(announced.from)} is in force`],
      };
    },
  }),
  defineAction({
    name: 'close-network',
    usage: '--yes NETWORK [--heir ADDRESS]',
    summary: 'begins to end the network: nothing more is earned, what was earned is paid for 30 days',
    options: { yes: address.optional(), heir: address.optional() },
    roles: byAuthority,
    prepare: async (request) => {
      const { address: network, current, totalPaid, funded } = request.account;
      const { yes, heir } = request.values;
      const unpaid = current.earnedTotal - totalPaid;
      if (!funded && !heir) {
        throw new CliError(
          'no-heir',
          `network ${network} mints its rewards: name who gets its mint authority and what nobody collects with --heir`,
        );
      }
      if (!yes?.equals(network)) {
        throw new CliError(
          'not-confirmed',
          `closing can't be undone: nothing more is earned, and owners have 30 days for the ${unpaid} base units that ` +
            `are not settled yet; confirm with --yes ${network}`,
        );
      }
      return {
        instruction: closeNetwork({ ...by(request), ...(heir && { heir }) }),
        effects: [
          `network ${network} is closing; ${unpaid} base units can be settled for 30 days without a pause`,
        ],
      };
    },
  }),
  defineAction({
    name: 'finish-close',
    usage: '',
    summary: 'ends a closing network FOR EVER, once owners had 30 days; anybody can',
    options: {},
    roles: anybody,
    prepare: async ({ account }) => {
      const { address: network, mint, tokenProgram, heir, funded } = account;
      const to = funded ? {} : { heir };
      return {
        instruction: finishClose({ network, mint, tokenProgram, ...to }),
        effects: [
          funded
            ? 'what is left in the vault waits for its funders: commonwire govern withdraw-surplus'
            : `${heir} gets the mint authority and what is left in the vault`,
        ],
      };
    },
  }),
  defineAction({
    name: 'withdraw-surplus',
    usage: '',
    summary: "returns a funder's part of what a closed network has left",
    options: {},
    roles: anybody,
    prepare: async ({ account, signer }) => {
      const { address: network, mint, tokenProgram, surplus, fundedTotal } = account;
      const destination = vaultAddress({ network: signer, mint, tokenProgram });
      return {
        instruction: withdrawSurplus({ network, mint, tokenProgram, funder: signer, destination }),
        effects: [
          `${signer} gets its part of ${surplus} base units, of which all funders deposited ${fundedTotal}`,
        ],
      };
    },
  }),
];
