import { connect } from '@commonwire/sdk/core';
import {
  bigWhole,
  clusterUrl,
  DEFAULT_KEYPAIR,
  flag,
  keypairSource,
  type PrintedTransaction,
  parseOptions,
  printedLines,
  priorityFee,
  readJson,
  readKeypair,
  runMain,
  Signing,
} from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { showSpending, spendingJson, spendingText } from './costs';
import { createFirstNetwork, type FirstNetwork } from './first-network';
import { parseNetworkConfig } from './network-config';
import { type NetworkPlan, planNetwork } from './network-plan';

export * from './create-network-error';
export * from './first-network';
export * from './network-config';

const USAGE = `npm run create-network -- --url URL --config FILE [options]

Creates a network with its reward token, vault and committee of oracles, and prints its addresses. First it looks at what
is there and shows what it is going to spend. The same command again does what is left to do, or nothing.

  --url URL                 an RPC node's address, or localhost, devnet, testnet or mainnet
  --config FILE             the configuration: see migrations/network.example.json
  --keypair FILE            the payer, who is also the network's creator (default: ${DEFAULT_KEYPAIR})
  --authority-keypair FILE  signs for the configuration's authority, if that is not the payer
  --deposit-bonds           deposit the oracle bonds that the policy requires, from the payer
  --priority-fee N          micro-lamports per compute unit (default: none); auto: by recent fees, at most 1,000,000
  --id NUMBER               the network's number among those of this payer (default: 1); another one makes another network
  --dry-run                 show what would be done and spent, and send nothing
  --yes                     don't ask before spending, as a terminal otherwise does
  --json                    print one JSON document on standard output`;

const schema = z.object({
  url: clusterUrl,
  config: z.string(),
  keypair: keypairSource,
  'authority-keypair': z.string().optional(),
  id: bigWhole(0n, (1n << 64n) - 1n, 'a whole number below 2^64').default(1n),
  'dry-run': flag,
  yes: flag,
  'deposit-bonds': flag,
  'priority-fee': priorityFee.optional(),
  json: flag,
});

async function main(argv: readonly string[]): Promise<void> {
  const given = parseOptions('npm run create-network --', argv, schema);
  const authority = given['authority-keypair'];
  const connection = connect(given.url);
  const options = {
    connection,
    config: parseNetworkConfig(readJson(given.config)),
    payer: readKeypair(given.keypair),
    depositBonds: given['deposit-bonds'],
    ...(authority === undefined ? {} : { authority: readKeypair(authority) }),
    id: given.id,
    price: given['priority-fee'],
    onStart: tellStart,
  };
  const plan = await planNetwork(options);
  if (given['dry-run']) {
    process.stdout.write(given.json ? `${JSON.stringify(planJson(plan))}\n` : planText(plan));
    return;
  }
  await showSpending(plan, given.yes);
  const created = await createFirstNetwork(options);
  const left = await printCommittee(connection, created);
  process.stdout.write(
    given.json
      ? `${JSON.stringify({ ...networkJson(created), set_committee_transaction: left?.transaction ?? null })}\n`
      : `${describe(created)}${left ? `${printedLines(left).join('\n')}\n` : ''}`,
  );
}

const planJson = ({ network, steps, ...spending }: NetworkPlan) => ({
  dry_run: true,
  network: network.toBase58(),
  steps,
  ...spendingJson(spending),
});

const planText = (plan: NetworkPlan): string =>
  [
    `network ${plan.network} ${plan.steps.length === 0 ? 'is complete' : `would be made: ${plan.steps.join(', ')}`}\n`,
    spendingText(plan),
    'nothing was sent\n',
  ].join('');

/** The transaction that sets the committee, for an authority whose key isn't here. */
async function printCommittee(
  connection: Connection,
  { authority, committeeInstruction }: FirstNetwork,
): Promise<PrintedTransaction | undefined> {
  if (!committeeInstruction) return undefined;
  const keypair = authority.toBase58();
  const signing = Signing.read({ keypair, payer: undefined, 'priority-fee': undefined, print: true });
  return signing.print(connection, [committeeInstruction]);
}

/** Says at the start how to continue after an interruption. */
export const tellStart = ({ id, address }: { id: bigint; address: PublicKey }): void =>
  void process.stderr.write(`network ${address}, --id ${id} (if interrupted, run the same command again)\n`);

/** Formats the network for `--json`: addresses in base58, the id as a decimal string. */
export const networkJson = (created: FirstNetwork) => ({
  network: created.network.toBase58(),
  id: created.id.toString(),
  mint: created.mint.toBase58(),
  vault: created.vault.toBase58(),
  registry: created.registry.toBase58(),
  authority: created.authority.toBase58(),
  /** The data of `set_committee` for the authority's multisig or proposal, base64; null once the committee is set. */
  set_committee: created.committeeInstruction?.data.toString('base64') ?? null,
  /** The bonds, which follow authority and network in its accounts; empty if the policy requires none. */
  set_committee_bonds: bondsOf(created).map(String),
  signatures: created.signatures,
});

/** Returns the accounts of `set_committee` after authority and network. */
const bondsOf = ({ committeeInstruction }: FirstNetwork): PublicKey[] =>
  committeeInstruction?.keys.slice(2).map(({ pubkey }) => pubkey) ?? [];

/** Formats the network as text. */
export function describe(created: FirstNetwork): string {
  const rows = (['network', 'mint', 'vault', 'registry', 'authority'] as const).map(
    (name) => `${name.padEnd(11)}${created[name].toBase58()}\n`,
  );
  const left = created.committeeInstruction;
  return [
    ...rows,
    `${'id'.padEnd(11)}${created.id}\n`,
    left
      ? `The committee is not set yet: authority ${created.authority} must send set_committee, data (base64) ${left.data.toString('base64')}, bonds ${bondsOf(created).join(', ') || 'none'}\n`
      : 'The committee is set.\n',
  ].join('');
}

if (require.main === module) void runMain(main, { usage: USAGE });
