import { sendAndConfirm } from '@commonwire/sdk/core';
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
  DEFAULT_KEYPAIR,
  flag,
  httpUrl,
  parseOptions,
  readKeypair,
  UsageError,
} from '@commonwire/sdk/node';
import type { Connection, Keypair, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { time } from '../format';

const options = z.object({
  action: z.enum(
    ['deposit', 'resign', 'unlock', 'withdraw'],
    'is not one of deposit, resign, unlock and withdraw',
  ),
  rpc: httpUrl,
  network: address,
  oracle: address,
  keypair: z.string().default(DEFAULT_KEYPAIR),
  lamports: bigWhole(1n, 10n ** 19n - 1n, 'a number of lamports').optional(),
  json: flag,
});

/** `commonwire bond`. */
export const bond: Command = {
  name: 'bond',
  summary: "deposits, unlocks and withdraws an oracle's bond",
  usage: `commonwire bond deposit --rpc URL --network ADDRESS --oracle KEY --lamports N [--keypair FILE] [--json]
commonwire bond resign --rpc URL --network ADDRESS --oracle KEY [--keypair FILE] [--json]
commonwire bond unlock --rpc URL --network ADDRESS --oracle KEY [--keypair FILE] [--json]
commonwire bond withdraw --rpc URL --network ADDRESS --oracle KEY [--keypair FILE] [--json]

If a network's policy requires bonds, only an oracle with a bond can sit on the committee. Anyone may deposit one and
gets it back, less what is slashed: with resign an oracle leaves the committee, signed by its own key; then unlock starts the policy's lock period, and
when that is over, withdraw returns the lamports and the account's rent. A new deposit cancels an unlock.

  --rpc URL          RPC node of the cluster
  --network ADDRESS  the network's account
  --oracle KEY       the oracle's public key, base58
  --lamports N       how much to deposit; a later deposit adds to the first
  --keypair FILE     the depositor: signs, and pays or receives the lamports (default: ${DEFAULT_KEYPAIR})
  --json             one JSON document`,

  async run(argv, write) {
    const { action, rpc, network, lamports, ...given } = parseOptions(
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
    const depositor = readKeypair(given.keypair);
    const connection = await connect(rpc);
    await fetchNetwork(connection, network);
    if (action === 'resign')
      return leave(connection, { network, oracle: given.oracle, key: depositor, json: given.json, write });
    const at = { network, oracle: given.oracle.toBytes(), depositor: depositor.publicKey };
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
    const signature = await sendAndConfirm(connection, depositor, [instruction]);
    const info = await connection.getAccountInfo(bondAt);
    const left = info ? decodeBond(bondAt, info.data) : null;
    if (given.json) {
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

/** Takes an oracle off the committee. */
async function leave(
  connection: Connection,
  {
    network,
    oracle,
    key,
    json,
    write,
  }: {
    network: PublicKey;
    oracle: PublicKey;
    key: Keypair;
    json: boolean;
    write: (line: string) => void;
  },
): Promise<number> {
  if (!key.publicKey.equals(oracle))
    throw new CliError(
      'wrong-key',
      `--keypair holds ${key.publicKey}: only oracle ${oracle} itself can resign`,
    );
  const signature = await sendAndConfirm(connection, key, [resign({ network, oracle })]);
  const { committee } = await fetchNetwork(connection, network);
  const facts = { oracle: oracle.toBase58(), threshold: committee.threshold, members: committee.keys.length };
  if (json) write(JSON.stringify({ ...facts, signature }));
  else {
    write(`resigned   ${oracle}; ${committee.threshold} of ${committee.keys.length} must sign now`);
    write(`transaction ${signature}`);
  }
  return 0;
}
