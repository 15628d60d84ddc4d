import { parseUnits, sendAndConfirm } from '@commonwire/sdk/core';
import { fetchNetwork, fundVault, vaultAddress } from '@commonwire/sdk/network';
import {
  address,
  DEFAULT_KEYPAIR,
  flag,
  httpUrl,
  parseOptions,
  readKeypair,
  UsageError,
} from '@commonwire/sdk/node';
import { getAccount, TokenAccountNotFoundError } from '@solana/spl-token';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { tokens } from '../format';

const options = z.object({
  rpc: httpUrl,
  network: address,
  amount: z.string().regex(/^\d{1,20}(\.\d{1,9})?$/, 'is not a number of tokens, such as 1250.5'),
  keypair: z.string().default(DEFAULT_KEYPAIR),
  json: flag,
});

/** `commonwire fund`. */
export const fund: Command = {
  name: 'fund',
  summary: 'adds reward tokens to the vault of a funded network',
  usage: `commonwire fund --rpc URL --network ADDRESS --amount TOKENS [--keypair FILE] [--json]

Moves tokens from a wallet's associated token account into a network's vault. They can't be taken back. An epoch of a
funded network is promoted only once the vault holds everything that is earned and not yet paid.

  --rpc URL          RPC node of the cluster
  --network ADDRESS  the network's account
  --amount TOKENS    number of tokens, such as 1250.5
  --keypair FILE     the owner of the tokens; signs and pays the fee (default: ${DEFAULT_KEYPAIR})
  --json             one JSON document; amounts are base units`,

  async run(argv, write) {
    const { rpc, network, keypair, json, ...given } = parseOptions('commonwire fund', argv, options);
    const funder = readKeypair(keypair);
    const connection = await connect(rpc);
    const { funded, decimals, mint, tokenProgram, vault, current, pending, totalPaid } = await fetchNetwork(
      connection,
      network,
    );
    if (!funded)
      throw new CliError('not-funded', `network ${network} mints its rewards: there is nothing to fund`);
    const amount = parseUnits(given.amount, decimals);
    if (amount === undefined || amount === 0n) {
      throw new UsageError(
        `--amount: ${given.amount} is zero, too large or has more than ${decimals} decimals`,
      );
    }
    const source = vaultAddress({ network: funder.publicKey, mint, tokenProgram });
    const has = await balance(connection, source, tokenProgram);
    if (has < amount) {
      throw new CliError(
        'not-enough',
        `${funder.publicKey} has ${tokens(has, decimals)} tokens of ${mint}, but --amount is ${given.amount}`,
      );
    }
    const instruction = fundVault({ network, mint, tokenProgram, funder: funder.publicKey, source, amount });
    const signature = await sendAndConfirm(connection, funder, [instruction]);
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

async function balance(connection: Connection, account: PublicKey, tokenProgram: PublicKey): Promise<bigint> {
  try {
    return (await getAccount(connection, account, undefined, tokenProgram)).amount;
  } catch (error) {
    if (error instanceof TokenAccountNotFoundError) return 0n;
    throw error;
  }
}
