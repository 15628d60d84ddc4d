import { time } from '@commonwire/sdk/core';
import {
  bondAddress,
  decodeBond,
  depositBond,
  fetchNetwork,
  resign,
  unlockBond,
  withdrawBond,
} from '@commonwire/sdk/network';
import {
  address,
  bigWhole,
  parseOptions,
  type Signing,
  signingUsage,
  UsageError,
} from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { solOf } from '../balances';
import { type Command, forEachAction } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { DRY_RUN_USAGE, printTransactions, readSigning, sendingOptions } from '../print';
import { explained, type NextStep } from '../refused';

const options = z.object({
  action: z.enum(
    ['deposit', 'resign', 'unlock', 'withdraw'],
    'is not one of deposit, resign, unlock and withdraw',
  ),
  ...networkOptions,
  ...sendingOptions,
  oracle: address,
  lamports: bigWhole(1n, 10n ** 19n - 1n, 'a number of lamports').optional(),
});

/** `commonwire bond`. */
export const bond: Command = {
  name: 'bond',
  group: 'oracle',
  summary: "deposits, unlocks and withdraws an oracle's bond; an oracle leaves the committee",
  usage: `commonwire bond deposit --url URL --network ADDRESS --oracle KEY --lamports N [--keypair FILE] [--dry-run] [--json]
commonwire bond resign --url URL --network ADDRESS --oracle KEY [--keypair FILE] [--dry-run] [--json]
commonwire bond unlock --url URL --network ADDRESS --oracle KEY [--keypair FILE] [--dry-run] [--json]
commonwire bond withdraw --url URL --network ADDRESS --oracle KEY [--keypair FILE] [--dry-run] [--json]

If a network's policy requires bonds, only an oracle with a bond can sit on the committee. Anyone may deposit one and
gets it back, less what is slashed: with resign an oracle leaves the committee, signed by its own key; then unlock starts
the policy's lock period, and when that is over, withdraw returns the lamports and the account's rent. A new deposit
cancels an unlock.

${NETWORK_USAGE}
  --oracle KEY       the oracle's public key, base58
  --lamports N       how much to deposit; a later deposit adds to the first
${signingUsage('the depositor: signs, and pays or receives the lamports')}
${DRY_RUN_USAGE}
${JSON_USAGE}`,
  examples: [
    'commonwire bond deposit --oracle KEY --lamports 1000000000 --dry-run',
    'commonwire bond resign --oracle KEY --keypair oracle.json',
  ],
  options: forEachAction(options),

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
    const signing = readSigning(given);
    const dryRun = given['dry-run'];
    const connection = await connect(url);
    const { policy } = await fetchNetwork(connection, network);
    if (action === 'resign')
      return leave({ connection, signing, network, oracle: given.oracle, json, dryRun, write });
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
    const warnings =
      action === 'deposit' && policy.oracleBond === 0n
        ? [
            `the policy of network ${network} requires no bond (oracle_bond is 0): an oracle can sit on the committee without one, and what is deposited can still be slashed`,
          ]
        : [];
    if (signing.prints) {
      const effects = [
        `${action} of the bond ${bondAt}${lamports ? `: ${lamports} lamports` : ''}`,
        ...warnings.map(asWarning),
      ];
      const transactions = [[instruction]];
      const watched = [solOf('SOL of the bond', bondAt)];
      const nextStep = stepOf;
      return printTransactions({
        ...{ signing, connection, transactions, effects, json, dryRun, watched, nextStep, write },
      });
    }
    if (!json) for (const warning of warnings) write(asWarning(warning));
    const signature = await explained(signing.send(connection, [instruction]), stepOf);
    const info = await connection.getAccountInfo(bondAt);
    const left = info ? decodeBond(bondAt, info.data) : null;
    if (json) {
      write(
        JSON.stringify({
          bond: bondAt.toBase58(),
          lamports: `${left?.lamports ?? 0n}`,
          unlocks_at: left?.unlocksAt ? Number(left.unlocksAt) : null,
          warnings,
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

const asWarning = (warning: string): string => `warning    ${warning}`;

/** The next step after a refusal. */
const stepOf = (code: string): string | undefined =>
  ({
    'oracle-in-committee':
      'it must leave first: commonwire bond resign with its own key, or commonwire govern set-committee by the authority',
    'bond-locked':
      'wait for the lock period that unlock starts, and for an epoch that it signed to be promoted or void',
    closed: 'a closed network takes no bonds',
  })[code];

/** Takes an oracle off the committee. */
async function leave({
  connection,
  signing,
  network,
  oracle,
  json,
  dryRun,
  write,
}: {
  connection: Connection;
  signing: Signing;
  network: PublicKey;
  oracle: PublicKey;
  json: boolean;
  dryRun: boolean;
  write: (line: string) => void;
}): Promise<number> {
  if (!signing.signer.equals(oracle))
    throw new CliError(
      'wrong-key',
      `--keypair holds ${signing.signer}: only oracle ${oracle} itself can resign`,
    );
  const instructions = [resign({ network, oracle })];
  const nextStep: NextStep = (code) =>
    code === 'unknown-signer' ? `oracle ${oracle} has left it already` : undefined;
  if (signing.prints) {
    const effects = [`oracle ${oracle} leaves the committee`];
    const transactions = [instructions];
    return printTransactions({ signing, connection, transactions, effects, json, dryRun, nextStep, write });
  }
  const signature = await explained(signing.send(connection, instructions), nextStep);
  const { committee } = await fetchNetwork(connection, network);
  const facts = { oracle: oracle.toBase58(), threshold: committee.threshold, members: committee.keys.length };
  if (json) write(JSON.stringify({ ...facts, signature }));
  else {
    write(`resigned   ${oracle}; ${committee.threshold} of ${committee.keys.length} must sign now`);
    write(`transaction ${signature}`);
  }
  return 0;
}
