import { requireRecipient, tokens } from '@commonwire/sdk/core';
import {
  acceptMarketAuthority,
  type MarketFees,
  proposeMarketAuthority,
  setMarketFees,
  withdrawMarketFees,
} from '@commonwire/sdk/market';
import { address, flag } from '@commonwire/sdk/node';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { defineMarketAction, nothing } from './action';
import { percentage } from './options';
import { authorityOf, watchTokens } from './subjects';

const percent = (bps: number): string => `${bps / 100} %`;

/** What fees mean, one line each. */
export function feesText({ recipient, feeBps, burnBps }: MarketFees): string[] {
  if (feeBps === 0) return ['new offers pay no fee'];
  const burnt = burnBps > 0 ? `, of which ${percent(burnBps)} is burnt` : '';
  return [
    `new offers pay a fee of ${percent(feeBps)}${burnt}`,
    recipient
      ? `token account ${recipient} receives the fees`
      : 'nobody receives the fees yet: commonwire market set-fees --recipient ACCOUNT',
  ];
}

const addressOrNone = z.union([z.literal('none').transform(() => null), address], {
  error: 'is neither a base58 address nor none',
});

/** What a market's authority does, and what anybody does for it, in the order of the help. */
export const governingActions: readonly Action[] = [
  defineMarketAction({
    name: 'set-fees',
    about: 'market',
    usage: '[--fee PERCENT] [--burn PERCENT] [--recipient ACCOUNT|none]',
    summary: 'the authority changes what new offers pay; what is not named stays',
    options: {
      fee: percentage.optional(),
      burn: percentage.optional(),
      recipient: addressOrNone.optional(),
    },
    role: authorityOf,
    plan: ({ subject: { address: market, fees: before }, signer, values }) => {
      const { fee = before.feeBps, burn = before.burnBps, recipient = before.recipient } = values;
      const fees = { recipient, feeBps: fee, burnBps: burn };
      const receiver = (of: MarketFees) => (of.recipient ?? PublicKey.default).toBase58();
      const isSame = fee === before.feeBps && burn === before.burnBps && receiver(fees) === receiver(before);
      if (isSame) return nothing('the fees are so already');
      return {
        groups: [[setMarketFees({ market, caller: signer, fees })]],
        effects: [...feesText(fees), 'offers that exist keep the fee with which they were made'],
      };
    },
  }),
  defineMarketAction({
    name: 'propose-authority',
    about: 'market',
    usage: '--to ADDRESS|none [--allow-any-address]',
    summary: 'first step of changing the authority; none withdraws the proposal',
    options: { to: addressOrNone, 'allow-any-address': flag },
    role: authorityOf,
    plan: async ({ connection, subject, signer, values: { to, ...values } }) => {
      if (to && !values['allow-any-address']) {
        const kind = { option: '--to', mayBeVault: true, override: '--allow-any-address' };
        await requireRecipient(connection, to, kind);
      }
      const proposed = to?.toBase58() ?? 'nobody';
      if ((subject.proposedAuthority?.toBase58() ?? 'nobody') === proposed)
        return nothing(`${proposed} is proposed already`);
      const { address: market } = subject;
      return {
        groups: [[proposeMarketAuthority({ market, caller: signer, authority: to ?? PublicKey.default })]],
        effects: [`proposes ${proposed} as the authority of market ${market}`],
        ...(to ? { next: [`${to} accepts with commonwire market accept-authority --market ${market}`] } : {}),
      };
    },
  }),
  defineMarketAction({
    name: 'accept-authority',
    about: 'market',
    usage: '',
    summary: 'second step, taken by the proposed authority',
    options: {},
    role: ({ address: market, authority, proposedAuthority }) => {
      if (proposedAuthority) return { name: "market's proposed authority", address: proposedAuthority };
      throw new CliError(
        'not-proposed',
        `no authority is proposed for market ${market}: its authority ${authority} must first run commonwire market propose-authority`,
      );
    },
    plan: ({ subject: { address: market }, signer }) => ({
      groups: [[acceptMarketAuthority({ market, caller: signer })]],
      effects: [`${signer} becomes the authority of market ${market}`],
    }),
  }),
  defineMarketAction({
    name: 'withdraw-fees',
    about: 'market',
    usage: '',
    summary:
      'sends the fees to the account that the market names, and burns what is to be burnt; anybody may',
    options: {},
    plan: ({ subject, facts }) => {
      const { address: market, feesLeft, burnLeft, fees } = subject;
      if (feesLeft === 0n) return nothing('no fees are left');
      if (!fees.recipient)
        throw new CliError(
          'no-recipient',
          `market ${market} names nobody who receives its fees: its authority ${subject.authority} must first run commonwire market set-fees --recipient ACCOUNT`,
        );
      const show = (amount: bigint) => `${tokens(amount, facts.decimals)} tokens`;
      return {
        groups: [[withdrawMarketFees(subject)]],
        effects: [
          `${show(feesLeft - burnLeft)} of fees go to ${fees.recipient}`,
          ...(burnLeft > 0n ? [`${show(burnLeft)} are burnt`] : []),
        ],
        watched: watchTokens(facts, "fees' recipient", fees.recipient),
      };
    },
  }),
];
