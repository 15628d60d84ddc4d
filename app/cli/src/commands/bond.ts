import {
  bondAddress,
  decodeBond,
  depositBond,
  fetchNetwork,
  unlockBond,
  withdrawBond,
} from '@commonwire/sdk/network';
import {
  address,
  bigWhole,
  parseOptions,
  Signing,
  signingOptions,
  signingUsage,
  UsageError,
} from '@commonwire/sdk/node';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { time } from '../format';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { printTransactions } from '../print';

const options = z.object({
  action: z.enum(['deposit', 'unlock', 'withdraw'], 'is not one of deposit, unlock and withdraw'),
  ...networkOptions,
  ...signingOptions,
  oracle: address,
  lamports: bigWhole(1n, 10n ** 19n - 1n, 'a number of lamports').optional(),
});

/** `commonwire bond`. */
export const bond: Command = {
  name: 'bond',
  summary: "deposits, unlocks and withdraws an oracle's bond",
  usage: `commonwire bond deposit --url URL --network ADDRESS --oracle KEY --lamports N [--keypair FILE] [--json]
commonwire bond unlock --url URL --network ADDRESS --oracle KEY [--keypair FILE] [--json]
commonwire bond withdraw --url URL --network ADDRESS --oracle KEY [--keypair FILE] [--json]

If a network's policy requires bonds, only an oracle with a bond can sit on the committee. Anyone may deposit one and
gets it back, less what is slashed: once the oracle has left the committee, unlock starts the policy's lock period, and
when that is over, withdraw returns the lamports and the account's rent. A new deposit cancels an unlock.

${NETWORK_USAGE}
  --oracle KEY       the oracle's public key, base58
  --lamports N       how much to deposit; a later deposit adds to the first
${signingUsage('the depositor: signs, and pays or receives the lamports')}
${JSON_USAGE}`,

  async run(argv, write) {
    const { action, url, network, lamports, json, ...given } = parseOptions(
      'commonwire bond',
      argv,
      options,
      'action',
    );
    if ((action === 'deposit') !== (lamports !== undefined)) {
      throw new UsageError(
        `--lamports ${lamports ? 'can only be used with' : 'is missing: it is required for'} deposit`,
      );
    }
    const signing = Signing.read(given);
    const connection = await connect(url);
    await fetchNetwork(connection, network);
    const at = { network, oracle: given.oracle.toBytes(), depositor: signing.signer };
    const instruction =
      action === 'deposit'
        ? depositBond({ ...at, lamports: lamports! })
        : action === 'unlock'
          ? unlockBond(at)
          : withdrawBond(at);
    const bondAt = bondAddress(at);
    if (action !== 'deposit' && !(await connection.getAccountInfo(bondAt))) {
      throw new CliError(
        'no-bond',
        `${at.depositor} has no bond for oracle ${given.oracle}: --keypair must be the key that deposited it`,
      );
    }
    if (signing.prints) {
      const effects = [`${action} of the bond ${bondAt}${lamports ? `: ${lamports} lamports` : ''}`];
      return printTransactions({ signing, connection, transactions: [[instruction]], effects, json, write });
    }
    const signature = await signing.send(connection, [instruction]);
    const info = await connection.getAccountInfo(bondAt);
    const left = info ? decodeBond(bondAt, info.data) : null;
    if (json) {
      write(
        JSON.stringify({
          bond: bondAt.toBase58(),
          lamports: `${left?.lamports ?? 0n}`,
          unlocks_at: left?.unlocksAt ? Number(left.unlocksAt) : null,
          signature,
        }),
      );
    } else {
      write(`bond       ${bondAt}`);
      write(`lamports   ${left?.lamports ?? 'none: all of them were returned'}`);
      if (left?.unlocksAt) write(`withdraw   possible from ${time(left.unlocksAt)}`);
      write(`transaction ${signature}`);
    }
    return 0;
  },
};
