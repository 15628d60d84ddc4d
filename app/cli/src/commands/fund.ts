import { parseUnits, tokens } from '@commonwire/sdk/core';
import {
  epochCapOf,
  fetchNetwork,
  fundVault,
  type NetworkAccount,
  vaultAddress,
} from '@commonwire/sdk/network';
import { flag, parseOptions, signingUsage, UsageError } from '@commonwire/sdk/node';
import { getAccount, TokenAccountNotFoundError } from '@solana/spl-token';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { Watched } from '../balances';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { DRY_RUN_USAGE, printTransactions, readSigning, sendingOptions } from '../print';

const options = z.object({
  ...networkOptions,
  ...sendingOptions,
  amount: z.string().regex(/^\d{1,20}(\.\d{1,9})?$/, 'is not a number of tokens, such as 1250.5'),
  'allow-excess': flag,
});

/** `commonwire fund`. */
export const fund: Command = {
  name: 'fund',
  group: 'network',
  summary: 'adds reward tokens to the vault of a funded network',
  usage: `commonwire fund --url URL --network ADDRESS --amount TOKENS [--keypair FILE] [--allow-excess] [--dry-run] [--json]

Moves tokens from a wallet's associated token account into a network's vault. They can't be taken back. An epoch of a
funded network is promoted only once the vault holds everything that is earned and not yet paid.

${NETWORK_USAGE}
  --amount TOKENS    number of tokens, such as 1250.5
  --allow-excess     even if that is more than the network's devices can ever earn
${signingUsage('the owner of the tokens; signs and pays the fee')}
${DRY_RUN_USAGE}
${JSON_USAGE}`,
  examples: [
    'commonwire fund --amount 1250.5 --dry-run',
    'commonwire fund --amount 1250.5 --keypair wallet.json',
  ],
  options,

  async run(argv, write) {
    const { url, network, json, ...given } = parseOptions('commonwire fund', argv, options);
    const signing = readSigning(given);
    const funder = signing.signer;
    const connection = await connect(url);
    const account = await fetchNetwork(connection, network);
    const { funded, decimals, mint, tokenProgram, vault, current, pending, totalPaid } = account;
    if (!funded)
      throw new CliError('not-funded', `network ${network} mints its rewards: there is nothing to fund`);
    const amount = parseUnits(given.amount, decimals);
    if (amount === undefined || amount === 0n) {
      throw new UsageError(
        `--amount: ${given.amount} is zero, too large or has more than ${decimals} decimals`,
      );
    }
    const source = vaultAddress({ network: funder, mint, tokenProgram });
    const has = await balance(connection, source, tokenProgram);
    if (has < amount) {
      throw new CliError(
        'not-enough',
        `${funder} has ${tokens(has, decimals)} tokens of ${mint}, but --amount is ${given.amount}`,
      );
    }
    if (!given['allow-excess'])
      requireNeeded(account, amount, await balance(connection, vault, tokenProgram));
    const instruction = fundVault({ network, mint, tokenProgram, funder, source, amount });
    if (signing.prints) {
      const effects = [`moves ${tokens(amount, decimals)} tokens into the vault ${vault} for ever`];
      const dryRun = given['dry-run'];
      const watched: Watched[] = [
        { what: 'your tokens', account: source, unit: 'tokens', decimals },
        { what: 'the vault', account: vault, unit: 'tokens', decimals },
      ];
      const transactions = [[instruction]];
      return printTransactions({
        ...{ signing, connection, transactions, effects, json, dryRun, watched, write },
      });
    }
    const signature = await signing.send(connection, [instruction]);
    const held = await balance(connection, vault, tokenProgram);
    const owed = (pending ?? current).earnedTotal - totalPaid;
    if (json) {
      write(JSON.stringify({ amount: `${amount}`, vault: `${held}`, owed: `${owed}`, signature }));
      return 0;
    }
    write(`vault      ${tokens(held, decimals)} tokens in ${vault}`);
    write(
      `owed       ${tokens(owed, decimals)} earned and not yet paid${pending ? ', including the pending epoch' : ''}`,
    );
    write(`transaction ${signature}`);
    return 0;
  },
};

/** Refuses what can never be paid out: nobody gets it back. */
function requireNeeded(account: NetworkAccount, amount: bigint, held: bigint): void {
  const { address, decimals, totalPaid } = account;
  const useful = earnable(account) - totalPaid - held;
  if (amount <= useful) return;
  const most = tokens(useful > 0n ? useful : 0n, decimals);
  throw new CliError(
    'more-than-needed',
    `network ${address} can ever use ${most} more tokens, and ${tokens(amount, decimals)} could never be taken back: give a smaller --amount, or add --allow-excess`,
  );
}

/** Returns the most that devices can have earned at the end of all epochs, base units. */
function earnable({ emission, initialSupply, current }: NetworkAccount): bigint {
  const most = emission.maxSupply - initialSupply;
  if (emission.halvingEpochs === 0n) return most;
  let earned = current.earnedTotal;
  for (let epoch = current.epoch + 1n; earned < most; ) {
    const cap = epochCapOf(emission, epoch);
    if (cap === 0n) return earned;
    // Up to the next halving every epoch has the same cap.
    const left = emission.halvingEpochs - ((epoch - 1n) % emission.halvingEpochs);
    earned += cap * left;
    epoch += left;
  }
  return most;
}

async function balance(connection: Connection, account: PublicKey, tokenProgram: PublicKey): Promise<bigint> {
  try {
    return (await getAccount(connection, account, undefined, tokenProgram)).amount;
  } catch (error) {
    if (error instanceof TokenAccountNotFoundError) return 0n;
    throw error;
  }
}
