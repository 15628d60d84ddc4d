import { fetchNetwork } from '@commonwire/sdk/network';
import {
  bigWhole,
  deviceIndex,
  oracleUrl,
  parseOptions,
  signingUsage,
  UsageError,
} from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import { type Command, forEachAction } from '../command';
import { connect } from '../connect';
import { answerDemands } from '../demanding/answer';
import { closeUnanswered } from '../demanding/close';
import { listDemands } from '../demanding/list';
import { openDemand } from '../demanding/open';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { DRY_RUN_USAGE, readSigning, sendingOptions } from '../print';
import { datasetFolder } from '../settling/dataset-folder';

const options = z.object({
  action: z.enum(['open', 'list', 'answer', 'close'], 'is not one of open, list, answer and close'),
  ...networkOptions,
  ...sendingOptions,
  index: deviceIndex.optional(),
  oracle: oracleUrl.optional(),
  dataset: z.string().optional(),
  epoch: bigWhole(1n, 2n ** 64n - 1n, 'the number of an epoch').optional(),
  attempt: deviceIndex.optional(),
});
type Given = z.output<typeof options>;

/** `commonwire demand`. */
export const demand: Command = {
  name: 'demand',
  group: 'audit',
  summary: "demands that a device's leaf in the pending epoch be shown, or shows one",
  usage: `commonwire demand open --url URL --network ADDRESS --index N [--keypair FILE] [--dry-run] [--json]
commonwire demand list --url URL --network ADDRESS [--json]
commonwire demand answer --url URL --network ADDRESS (--oracle URL | --dataset DIR) [--index N] [--keypair FILE] [--dry-run] [--json]
commonwire demand close --url URL --network ADDRESS --index N [--epoch N --attempt N] [--keypair FILE] [--dry-run] [--json]

A committee must be able to show every leaf of the ledger that it signed. If no oracle serves the pending epoch's dataset,
open demands that a leaf be shown, such as that of your own device, and stakes what the policy says. Leaves are demanded in
the first half of the challenge period. Anyone may answer with the dataset, as oracles do by themselves, and gets the stake.
While a demand is open the epoch can't be promoted. If nobody answers in time, close makes the epoch void; it also ends
demands about epochs that are not pending any more. Then stake and rent go back to the demander, whoever sends it. A leaf
that was shown and breaks a rule makes the epoch void too: commonwire challenge.

${NETWORK_USAGE}
  --index N          the device; answer: only this one, rather than all that are demanded
  --oracle URL       answer: reads the dataset from any oracle of the network, or
  --dataset DIR      from a folder with files named by their SHA-256
  --epoch N          close: the demand's epoch, and
  --attempt N        its attempt; default: the pending epoch's
${signingUsage('pays stake, rent and fee; receives the stake of what it answers')}
${DRY_RUN_USAGE}
${JSON_USAGE}, or lamports`,
  examples: [
    'commonwire demand open --index 7',
    'commonwire demand list --json',
    'commonwire demand close --index 7',
  ],
  options: forEachAction(options),

  async run(argv, write) {
    const given = parseOptions('commonwire demand', argv, options, 'action');
    requireFitting(given);
    const { action, url, network, index, oracle, dataset, json } = given;
    const connection = await connect(url);
    const account = await fetchNetwork(connection, network);
    if (action === 'list') return listDemands({ connection, account, json, write });
    const context = {
      connection,
      account,
      signing: readSigning(given),
      json,
      dryRun: given['dry-run'],
      write,
    };
    switch (action) {
      case 'open':
        return openDemand(context, index!);
      case 'close':
        return closeUnanswered(context, { index: index!, epoch: given.epoch, attempt: given.attempt });
      case 'answer':
        return answerDemands(context, index, (epoch) =>
          dataset === undefined
            ? (sha256) => new OracleClient(oracle!).part(Number(epoch), sha256)
            : datasetFolder(dataset),
        );
    }
  },
};

/** @throws UsageError if options are missing, or don't belong to the action */
function requireFitting({ action, index, oracle, dataset, epoch, attempt }: Given): void {
  if ((action === 'open' || action === 'close') && index === undefined)
    throw new UsageError(`--index is missing: it is required for ${action}`);
  if (action === 'list' && index !== undefined) throw new UsageError('--index cannot be used with list');
  if (action === 'answer' && (oracle === undefined) === (dataset === undefined))
    throw new UsageError('name either --oracle URL or --dataset DIR');
  if (action !== 'answer' && dataset !== undefined)
    throw new UsageError('--dataset can only be used with answer');
  if (action !== 'close' && (epoch !== undefined || attempt !== undefined))
    throw new UsageError('--epoch and --attempt can only be used with close');
  if ((epoch === undefined) !== (attempt === undefined))
    throw new UsageError('--epoch and --attempt must be given together');
}
