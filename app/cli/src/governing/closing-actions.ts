import { count, requireRecipient, time, tokens } from '@commonwire/sdk/core';
import {
  CLOSING_SECONDS,
  closeNetwork,
  closePage,
  decodeFunding,
  fetchPages,
  fetchRegistry,
  finishClose,
  fundingAddress,
  type NetworkAccount,
  PAGE_SLOTS,
  PROGRAM_ID,
  vaultAddress,
  withdrawSurplus,
} from '@commonwire/sdk/network';
import { address, flag } from '@commonwire/sdk/node';
import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import type { PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';
import { type Action, defineAction } from './action';
import { anybody, by, byAuthority } from './roles';

/** Pages that fit in a transaction. */
const PAGES = 20;
/** Pages fetched at once. */
const SLICE = 100;

/** An owner's associated token account of the reward token. */
const tokensOf = ({ mint, tokenProgram }: NetworkAccount, owner: PublicKey): PublicKey =>
  vaultAddress({ network: owner, mint, tokenProgram });

/** Makes that account where it is missing. */
const opening = (account: NetworkAccount, owner: PublicKey, payer: PublicKey) =>
  createAssociatedTokenAccountIdempotentInstruction(
    payer,
    tokensOf(account, owner),
    owner,
    account.mint,
    account.tokenProgram,
  );

/** The steps that end a network, in their order. */
export const closingActions: readonly Action[] = [
  defineAction({
    name: 'close-network',
    usage: '--yes NETWORK [--heir ADDRESS] [--allow-any-address]',
    summary:
      'begins to end the network: nothing more is earned, what was earned is paid for 30 days. --heir: who gets the ' +
      'mint authority; must be named if the network mints',
    options: { yes: address.optional(), heir: address.optional(), 'allow-any-address': flag },
    roles: byAuthority,
    prepare: async (request) => {
      const { connection, account } = request;
      const { address: network, current, totalPaid, funded, decimals } = account;
      const { yes, heir, 'allow-any-address': anyAddress } = request.values;
      if (!funded && !heir) {
        throw new CliError(
          'no-heir',
          `network ${network} mints its rewards: name who gets its mint authority and what nobody collects with --heir`,
        );
      }
      if (heir && !anyAddress)
        await requireRecipient(connection, heir, {
          option: '--heir',
          mayBeVault: true,
          override: '--allow-any-address',
        });
      const unpaid = `${tokens(current.earnedTotal - totalPaid, decimals)} tokens`;
      if (!yes?.equals(network)) {
        throw new CliError(
          'not-confirmed',
          `closing can't be undone: nothing more is earned, and owners have 30 days for the ${unpaid} that are not ` +
            `settled yet; confirm with --yes ${network}`,
        );
      }
      return {
        instruction: closeNetwork({ ...by(request), ...(heir && { heir }) }),
        next: ({ closing }) =>
          closing
            ? [
                `from ${time(closing.since + CLOSING_SECONDS)} on, or later if it is paused, anybody can end it: commonwire govern finish-close`,
              ]
            : [],
      };
    },
  }),
  defineAction({
    name: 'finish-close',
    usage: '',
    summary: 'ends a closing network FOR EVER, once owners had 30 days; anybody may',
    options: {},
    roles: anybody,
    prepare: async ({ account, payer }) => {
      const { address: network, mint, tokenProgram, heir, funded } = account;
      return {
        before: funded ? [] : [opening(account, heir, payer)],
        instruction: finishClose({ network, mint, tokenProgram, ...(!funded && { heir }) }),
      };
    },
  }),
  defineAction({
    name: 'withdraw-surplus',
    usage: '',
    summary: "returns a funder's part of what a closed network has left; the funder signs",
    options: {},
    roles: anybody,
    prepare: async ({ connection, account, signer, payer }) => {
      const { address: network, mint, tokenProgram } = account;
      const record = fundingAddress({ network, funder: signer });
      const info = await connection.getAccountInfo(record);
      if (!info?.owner.equals(PROGRAM_ID))
        throw new CliError(
          'not-funder',
          `${signer} has deposited nothing in network ${network}, or was paid back already: --keypair must be the key that ran commonwire fund`,
        );
      const { amount } = decodeFunding(record, info.data);
      const destination = tokensOf(account, signer);
      return {
        before: [opening(account, signer, payer)],
        instruction: withdrawSurplus({ network, mint, tokenProgram, funder: signer, destination }),
        deposited: amount,
      };
    },
  }),
  defineAction({
    name: 'close-pages',
    usage: '',
    summary: `closes up to ${PAGES} pages of a closed network: their rent returns to whoever paid it; anybody may`,
    options: {},
    roles: anybody,
    prepare: async ({ connection, account }) => {
      const { address: network } = account;
      const { deviceCount } = await fetchRegistry(connection, network);
      const numbers = Array.from({ length: Math.ceil(deviceCount / PAGE_SLOTS) }, (_, number) => number);
      const open: { number: number; payer: PublicKey }[] = [];
      for (let at = 0; at < numbers.length; at += SLICE) {
        const slice = numbers.slice(at, at + SLICE);
        for (const [i, page] of (await fetchPages(connection, network, slice)).entries())
          if (page) open.push({ number: slice[i]!, payer: page.payer });
      }
      const closings = open.slice(0, PAGES).map((page) => closePage({ network, ...page }));
      const last = closings.pop();
      if (!last) throw new CliError('no-pages', `network ${network} has no open page`);
      const left = open.length - closings.length - 1;
      return {
        before: closings,
        instruction: last,
        more: left > 0 ? [`${count(left, 'page')} left: run the command again`] : [],
      };
    },
  }),
];
