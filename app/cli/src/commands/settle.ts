import {
  type CrankOptions,
  crank,
  fetchNetwork,
  LedgerTree,
  ledgerLeaves,
  planCrank,
  readPublishedLedger,
} from '@commonwire/sdk/network';
import { OracleClient } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { DEFAULT_KEYPAIR, readKeypair } from '../keypair';
import { address, flag, httpUrl, parseOptions } from '../options';
import { datasetFolder } from '../settling/dataset-folder';
import { progressTo } from '../settling/progress';
import { planRows, summaryRows, toJson } from '../settling/report';

/** Exit statuses beside 0; the usage explains each. */
const UNFINISHED = 3;

const options = z.object({
  rpc: httpUrl,
  network: address,
  oracle: httpUrl.optional(),
  dataset: z.string().optional(),
  keypair: z.string().default(DEFAULT_KEYPAIR),
  'create-accounts': flag,
  'priority-fee': z
    .string()
    .regex(/^\d{1,9}$/, 'is not a number of micro-lamports')
    .transform(BigInt)
    .optional(),
  'dry-run': flag,
  json: flag,
});

/** `commonwire settle`. */
export const settle: Command = {
  name: 'settle',
  summary: 'pays every device what it has earned and not been paid',
  usage: `commonwire settle --rpc URL --network ADDRESS (--oracle URL | --dataset DIR) [--keypair FILE]
    [--create-accounts] [--priority-fee N] [--dry-run] [--json]

Pays all devices of a network in as few transactions as there can be. Anybody may: the tokens go from the network's
vault to the owners, the wallet given here pays fees and rent alone. What was earned comes from the promoted epoch's
dataset, which is checked against the ledger root on chain. Cut short, it goes on when run again.

  --rpc URL           RPC node of the cluster
  --network ADDRESS   the network's account
  --oracle URL        takes the dataset from any oracle of the network, or
  --dataset DIR       from a folder that holds its parts by their SHA-256
  --keypair FILE      pays (default: ${DEFAULT_KEYPAIR})
  --create-accounts   make the token accounts that owners lack; their rent stays with the owners, --dry-run says how much
  --priority-fee N    micro-lamports for each compute unit, to land sooner
  --dry-run           only says what it would do and what that costs
  --json              one JSON document; amounts are base units and lamports

Exit status:
  0  everybody who can be paid is
  1  it can't begin: node, oracle, dataset or key fail, or there is too little SOL
  2  wrong use
  3  somebody is left: it was stopped, the network is paused, the window's payout limit is used up, another epoch was
     promoted, or the chain refuses. The outcome says which; run it again`,

  async run(argv, write) {
    const given = parseOptions(argv, options);
    const { rpc, network, oracle, dataset, json } = given;
    if ((oracle === undefined) === (dataset === undefined))
      throw new CliError('usage', 'name either --oracle URL or --dataset DIR');
    const connection = await connect(rpc);
    const { current, decimals } = await fetchNetwork(connection, network);
    if (current.epoch === 0n)
      throw new CliError('not-promoted', `network ${network} has not promoted an epoch yet: nothing is due`);
    const part = dataset
      ? datasetFolder(dataset)
      : (hash: string) => new OracleClient(oracle!).part(Number(current.epoch), hash);
    const entries = await readPublishedLedger(current, part);
    const stop = new AbortController();
    const request: CrankOptions = {
      connection,
      payer: readKeypair(given.keypair),
      network,
      entries,
      tree: LedgerTree.fromLeaves(ledgerLeaves(entries)),
      createAccounts: given['create-accounts'],
      signal: stop.signal,
      onEvent: progressTo((line) => void process.stderr.write(`${line}\n`)),
      ...(given['priority-fee'] === undefined ? {} : { priorityFee: given['priority-fee'] }),
    };
    const table = (rows: readonly (readonly [string, string])[]) => {
      for (const [label, value] of rows) write(`${label.padEnd(18)}${value}`);
    };
    if (given['dry-run']) {
      const cost = await planCrank(request);
      if (json) write(toJson(cost));
      else table(planRows(cost, decimals));
      return 0;
    }
    // What was paid is on chain: the next run begins there.
    const interrupt = () => stop.abort();
    process.once('SIGINT', interrupt);
    try {
      const summary = await crank(request);
      if (json) write(toJson(summary));
      else table(summaryRows(summary, decimals));
      return summary.outcome === 'done' ? 0 : UNFINISHED;
    } finally {
      process.off('SIGINT', interrupt);
    }
  },
};
