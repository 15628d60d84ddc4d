import { count, parseUnits } from '@commonwire/sdk/core';
import {
  type CrankOptions,
  crank,
  fetchNetwork,
  LedgerTree,
  leastForAccount,
  ledgerLeaves,
  planCrank,
  printCrank,
  readPublishedLedger,
} from '@commonwire/sdk/network';
import {
  flag,
  oracleUrl,
  parseOptions,
  Signing,
  signingOptions,
  signingUsage,
  UsageError,
} from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { printTransactions } from '../print';
import { datasetFolder } from '../settling/dataset-folder';
import { planRows, summaryRows, toJson } from '../settling/output';
import { progressTo } from '../settling/progress';

/** The exit status if some devices weren't paid; the usage explains it. */
const UNFINISHED = 3;

const tokenAmount = z.string().regex(/^\d{1,20}(\.\d{1,9})?$/, 'is not a number of tokens, such as 1250.5');

const options = z.object({
  ...networkOptions,
  ...signingOptions,
  oracle: oracleUrl.optional(),
  dataset: z.string().optional(),
  'create-accounts': flag,
  'create-from': tokenAmount.optional(),
  'dry-run': flag,
});

/** `commonwire settle`. */
export const settle: Command = {
  name: 'settle',
  group: 'owner',
  summary: 'pays every device what is due',
  usage: `commonwire settle --url URL --network ADDRESS (--oracle URL | --dataset DIR) [--keypair FILE]
    [--create-accounts [--create-from TOKENS]] [--priority-fee N] [--dry-run] [--json]

Pays all devices of a network in as few transactions as possible. Anybody may do it: the tokens go from the network's
vault to the owners, and the wallet given here pays only fees and rent. The amounts come from the current epoch's
dataset, which is checked against the ledger root on chain. If interrupted, run it again to continue.

${NETWORK_USAGE}
  --oracle URL       reads the dataset from any oracle of the network, or
  --dataset DIR      from a folder with files named by their SHA-256
${signingUsage('pays fees and rent')}
  --create-accounts  create missing token accounts of owners who were never paid before; they keep the rent, and
                     --dry-run shows how much it is
  --create-from TOKENS  the least that must be due to them (default: a hundredth of what a device may earn in an epoch)
  --dry-run          only shows what would be done and what it would cost
${JSON_USAGE}, or lamports

Exit status:
  0  everybody who can be paid has been paid
  3  some are still unpaid: it was stopped, the network is paused, the payout limit of the window is used up, another
     epoch was promoted, or the chain refused. The outcome says which; run it again`,
  examples: ['commonwire settle --dry-run', 'commonwire settle --create-accounts --create-from 0.5'],
  options,

  async run(argv, write) {
    const given = parseOptions('commonwire settle', argv, options);
    const { url, network, oracle, dataset, json } = given;
    if ((oracle === undefined) === (dataset === undefined))
      throw new UsageError('name either --oracle URL or --dataset DIR');
    const signing = Signing.read(given);
    const connection = await connect(url);
    const { current, decimals, policy } = await fetchNetwork(connection, network);
    const createFrom = leastDue(given, decimals) ?? leastForAccount(policy);
    if (current.epoch === 0n)
      throw new CliError('not-promoted', `network ${network} has not promoted an epoch yet: nothing is due`);
    const part = dataset
      ? datasetFolder(dataset)
      : (hash: string) => new OracleClient(oracle!).part(Number(current.epoch), hash);
    const entries = await readPublishedLedger(current, part);
    const stop = new AbortController();
    const request: Omit<CrankOptions, 'payer'> = {
      connection,
      network,
      entries,
      tree: LedgerTree.fromLeaves(ledgerLeaves(entries)),
      signal: stop.signal,
      onEvent: progressTo((line) => void process.stderr.write(`${line}\n`)),
      ...(given['create-accounts'] ? { createFrom } : {}),
      ...(given['priority-fee'] === undefined ? {} : { priorityFee: given['priority-fee'] }),
    };
    const table = (rows: readonly (readonly [string, string])[]) => {
      for (const [label, value] of rows) write(`${label.padEnd(18)}${value}`);
    };
    if (signing.prints) {
      const transactions = await printCrank({ ...request, payer: signing.payer });
      const effects = [`settles what is due in ${count(transactions.length, 'transaction')}`];
      return printTransactions({ signing, connection, transactions, effects, json, write });
    }
    if (given['dry-run']) {
      const cost = await planCrank({ ...request, payer: signing.paying });
      if (json) write(toJson(cost));
      else table(planRows(cost, decimals));
      return 0;
    }
    // Payments are recorded on chain, so the next invocation continues from there.
    const interrupt = () => stop.abort();
    process.once('SIGINT', interrupt);
    try {
      const summary = await crank({ ...request, payer: signing.paying });
      if (json) write(toJson(summary));
      else table(summaryRows(summary, decimals));
      return summary.outcome === 'done' ? 0 : UNFINISHED;
    } finally {
      process.off('SIGINT', interrupt);
    }
  },
};

/** Converts `--create-from`. @throws UsageError */
function leastDue(
  {
    'create-from': text,
    'create-accounts': create,
  }: { 'create-from'?: string | undefined; 'create-accounts': boolean },
  decimals: number,
): bigint | undefined {
  if (text === undefined) return undefined;
  if (!create) throw new UsageError('--create-from can only be used with --create-accounts');
  const least = parseUnits(text, decimals);
  if (least === undefined)
    throw new UsageError(`--create-from: ${text} is too large or has more than ${decimals} decimals`);
  return least;
}
