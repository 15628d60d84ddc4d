import { connect as connectTo } from '@commonwire/sdk/core';
import {
  clusterUrl,
  flag,
  keypairSource,
  networkAddress,
  oracleUrls,
  parseOptions,
} from '@commonwire/sdk/node';
import { z } from 'zod';
import type { Command } from '../command';
import { checkBalance, checkClock, checkNetwork, checkNodeOf } from '../doctor/chain';
import { type Finding, fail, type Level, warn, worst } from '../doctor/finding';
import { checkNode, checkProfiles, checkWallet } from '../doctor/machine';
import { checkOracles } from '../doctor/oracles';

const STATUS: Readonly<Record<Level, number>> = { ok: 0, fail: 1, warn: 3 };

const options = z.object({
  url: clusterUrl.optional(),
  network: networkAddress.optional(),
  oracle: oracleUrls.default([]),
  keypair: keypairSource,
  json: flag,
});
type Given = z.output<typeof options>;

/** `commonwire doctor`. */
export const doctor: Command = {
  name: 'doctor',
  group: 'start',
  summary: 'shows what is missing on this machine and network, and how to get it',
  usage: `commonwire doctor [--url URL] [--network ADDRESS] [--oracle URL ...] [--keypair FILE] [--json]

Looks at everything that commands need, and says of each whether it is ok, and what to do where it isn't. It sends nothing.

  node     the version of Node
  profile  the file of profiles, and who can read it
  wallet   the key file: whether it can be read, by whom
  rpc      the RPC node: whether it answers, its version, its cluster, whether it takes transactions of version 1
  clock    how far this machine's clock is from the chain's
  network  whether the account is there, and its state
  oracle   each oracle: its health, its seat, its epoch; and whether they agree
  balance  whether the wallet can pay fees

What isn't named here comes from the environment or a profile: see commonwire init.

  --url URL          an RPC node's address, or localhost, devnet, testnet or mainnet
  --network ADDRESS  the network's account
  --oracle URL       an oracle of the network; may be repeated
  --keypair FILE     the wallet
  --json             one JSON document

Exit status: 0 all is ok; 1 something fails; 3 nothing fails, but there are warnings.`,
  examples: ['commonwire doctor', 'commonwire doctor --profile devnet --json'],
  options,

  async run(argv, write) {
    const given = parseOptions('commonwire doctor', argv, options);
    const findings = await examine(given);
    const level = worst(findings);
    if (given.json) write(JSON.stringify({ level, findings }));
    else for (const line of findings.flatMap(linesOf)) write(line);
    return STATUS[level];
  },
};

async function examine({ url, network, oracle, keypair }: Given): Promise<Finding[]> {
  const { finding, wallet } = checkWallet(keypair);
  const here = [checkNode(process.versions.node), checkProfiles(), finding];
  if (url === undefined)
    return [...here, fail('rpc', 'no RPC node is named', 'commonwire init --url devnet')];
  const connection = connectTo(url);
  const node = await checkNodeOf(connection);
  // Whatever else is on chain can't be known.
  if (worst(node) === 'fail') return [...here, ...node];
  const clock = await checkClock(connection, Date.now());
  const balance = wallet ? [await checkBalance(connection, wallet)] : [];
  if (network === undefined) {
    const next = 'commonwire init --network ADDRESS; docs/deploying.md shows how to create one';
    return [...here, ...node, clock, ...balance, warn('network', 'no network is named', next)];
  }
  const { finding: found, facts } = await checkNetwork(connection, network);
  const oracles = facts ? await checkOracles(oracle, facts.account) : [];
  return [...here, ...node, clock, ...balance, found, ...oracles];
}

function linesOf({ level, about, detail, next }: Finding): string[] {
  const line = `${level.padEnd(5)} ${about.padEnd(8)} ${detail}`;
  return next === null ? [line] : [line, `${' '.repeat(15)}-> ${next}`];
}
